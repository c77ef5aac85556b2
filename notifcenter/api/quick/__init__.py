"""The quick path: a publication that is right in every way is stored without Django's and DRF's machinery.

``decoder`` reads a body by types made from the serializers' fields and lets these very fields check the values, so
there is one definition. ``publication`` looks up token and recipients, and stores by what the view stores with.
Whatever is not accepted outright, for whatever reason, is left to DRF's view, which looks at it from the beginning and
words what is wrong. The way in, with the head of the response, is ``notifcenter/config/quick_path.py``.
"""
