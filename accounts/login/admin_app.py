"""The admin as a Django application, with a site of our own."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """Puts ``StaffSite`` in the place of Django's site."""

    default_site = "accounts.login.admin_site.StaffSite"
