"""What the admin's first page says of people."""

from django import template

from accounts import people

register = template.Library()
register.simple_tag(people.unsettled_usernames, name="unsettled_usernames")
