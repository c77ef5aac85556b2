"""The fields of the profile that say how the centre looks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.page_settings import Corner, Density

DENSITIES = [
    (Density.COMPACT, _("Compact: twelve rows on a screen")),
    (Density.COMFORTABLE, _("Comfortable: more air")),
]
CORNERS = [
    (Corner.BOTTOM_LEFT, _("Bottom left")),
    (Corner.BOTTOM_RIGHT, _("Bottom right")),
    (Corner.TOP_LEFT, _("Top left")),
    (Corner.TOP_RIGHT, _("Top right")),
]


class CentreFields(forms.Form):
    """Density, corner of popups, keys; a form that does not have them changes none of them."""

    density = forms.ChoiceField(label=_("Rows of the list"), choices=DENSITIES, required=False)
    popup_corner = forms.ChoiceField(label=_("Corner for popups"), choices=CORNERS, required=False)
    shortcuts = forms.BooleanField(label=_("Keys in the list: e done, p pin, s snooze"), required=False)

    def centre_choices(self) -> dict[str, Any]:
        """What of it was chosen."""
        if not self.cleaned_data["density"]:
            return {}
        return {name: self.cleaned_data[name] for name in CentreFields.base_fields if self.cleaned_data[name] != ""}
