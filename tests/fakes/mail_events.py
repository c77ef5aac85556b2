"""What mail services tell by webhook: the samples that django-anymail tests itself with, shortened.

Kinds: ``hard`` and ``soft`` bounce, ``complaint``, ``delivered``, ``opened``. The recipient and our marks stand where
each service puts them.
"""

import hashlib
import hmac
import json
from typing import Any

RECIPIENT, MARKS, MARKS_AS_TEXT = "<recipient>", "<marks>", "<marks as text>"
SIGNING_KEY = "signing-key"
UNKNOWN_USER = f"550 5.1.1 <{RECIPIENT}>: Recipient address rejected: User unknown"


def body(service: str, kind: str, recipient: str, marks: dict[str, str]) -> str:
    """The JSON that a service posts."""
    event = json.dumps(SAMPLES[service][kind])
    event = event.replace(json.dumps(MARKS), json.dumps(marks)).replace(RECIPIENT, recipient)
    event = event.replace(MARKS_AS_TEXT, json.dumps(json.dumps(marks))[1:-1])
    for name, value in marks.items():
        event = event.replace(f"<{name}>", value)
    return json.dumps(_signed(event)) if service == "mailgun" else event


def _signed(event: str) -> dict[str, Any]:
    signed = {"timestamp": "1534108637", "token": "651869375b9df3c98fc15c4889b102119add1235c38fc92824"}
    text = (signed["timestamp"] + signed["token"]).encode()
    signature = hmac.new(SIGNING_KEY.encode(), text, hashlib.sha256).hexdigest()
    return {"signature": signed | {"signature": signature}, "event-data": json.loads(event)}


def _postmark(**fields: Any) -> dict[str, Any]:
    return {"MessageID": "2706ee8a-737c-4285-b032-ccd317af53ed", "ServerID": 23, "Metadata": MARKS} | fields


def _postmark_bounce(**fields: Any) -> dict[str, Any]:
    usual = {"RecordType": "Bounce", "ID": 901542550, "Email": RECIPIENT, "From": "sender@example.com"}
    dates = {"BouncedAt": "2016-04-27T16:28:50.3963933-04:00", "Subject": "Postmark event test", "Inactive": True}
    return _postmark(**usual | dates | fields)


POSTMARK = {
    "hard": _postmark_bounce(
        Type="HardBounce",
        TypeCode=1,
        Name="Hard bounce",
        Description="The server was unable to deliver your message (ex: unknown user, mailbox not found).",
        Details="smtp;550 5.1.1 The email account that you tried to reach does not exist.",
    ),
    "soft": _postmark_bounce(
        Type="SoftBounce",
        TypeCode=4096,
        Name="Soft bounce",
        Description="Unable to temporarily deliver message (i.e. mailbox full, account disabled, exceeds quota).",
        Details="smtp;552 5.2.2 Mailbox full",
    ),
    "complaint": _postmark_bounce(
        RecordType="SpamComplaint",
        Type="SpamComplaint",
        TypeCode=512,
        Name="Spam complaint",
        Description="",
        Details="Test spam complaint details",
    ),
    "delivered": _postmark(
        RecordType="Delivery",
        Recipient=RECIPIENT,
        DeliveredAt="2014-08-01T13:28:10.2735393-04:00",
        Details="Test delivery webhook details",
    ),
    "opened": _postmark(
        RecordType="Open",
        FirstOpen=True,
        Recipient=RECIPIENT,
        ReceivedAt="2016-04-27T16:21:41.2493688-04:00",
        UserAgent="Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0",
        ReadSeconds=0,
        Geo={},
    ),
}


def _mailgun(event: str, **fields: Any) -> dict[str, Any]:
    message = {"headers": {"to": RECIPIENT, "message-id": "20180812214658.1.0DF563D0B3597700@example.org"}}
    usual = {"event": event, "recipient": RECIPIENT, "timestamp": 1534110422.389832, "user-variables": MARKS}
    return usual | {"message": message} | fields


def _mailgun_status(**status: Any) -> dict[str, Any]:
    return {"delivery-status": {"attempt-no": 1, "session-seconds": 2.95} | status}


MAILGUN = {
    "hard": _mailgun("failed", severity="permanent", reason="bounce")
    | _mailgun_status(
        code=550, description="", message="5.1.1 The email account that you tried to reach does not exist"
    ),
    "soft": _mailgun("failed", severity="temporary", reason="generic")
    | _mailgun_status(code=498, description="No MX for nomx.example.com", message="No MX for nomx.example.com"),
    "complaint": _mailgun("complained", id="ncV2XwymRUKbPek_MIM-Gw"),
    "delivered": _mailgun("delivered") | _mailgun_status(code=250, description="", message="OK"),
    "opened": _mailgun("opened", **{"client-info": {"client-type": "browser", "user-agent": "Mozilla/5.0"}}),
}


def _sendgrid(event: str, **fields: Any) -> list[dict[str, Any]]:
    ids = {"sg_event_id": "lC0Rc-FuQmKbnxCWxX1jRQ", "sg_message_id": "Lli-03HcQ5-JLybO9fXsJg.filter0077p1las1"}
    usual = {"event": event, "email": RECIPIENT, "timestamp": 1461095250, "anymail_id": "de212213"}
    return [usual | ids | {"user": "<user>", "delivery": "<delivery>"} | fields]


SENDGRID = {
    "hard": _sendgrid(
        "bounce",
        type="bounce",
        status="5.1.1",
        reason="550 5.1.1 The email account that you tried to reach does not exist.",
    ),
    "soft": _sendgrid("deferred", attempt="1", response="[IPs were throttled by recipient server]"),
    "complaint": _sendgrid("spamreport"),
    "delivered": _sendgrid("delivered", response="250 2.0.0 OK 1461095248 m143si2210036ioe.159 - gsmtp ", tls=1),
    "opened": _sendgrid("open", useragent="Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0"),
}


def _brevo(event: str, **fields: Any) -> dict[str, Any]:
    usual = {"event": event, "email": RECIPIENT, "ts_epoch": 1520363423000, "X-Mailin-custom": MARKS_AS_TEXT}
    return usual | {"message-id": "<201803011158.9876543210@smtp-relay.mailin.fr>"} | fields


BREVO = {
    "hard": _brevo("hard_bounce", reason=" RecipientError: 550 5.5.0 Requested action not taken: mailbox unavailable."),
    "soft": _brevo("soft_bounce", reason="undefined Unable to find MX of domain no-mx.example.com"),
    "complaint": _brevo("complaint", id="xxxxx", date="2020-10-09 00:00:00", ts=1604933619, tags=["transac_messages"]),
    "delivered": _brevo("delivered"),
    "opened": _brevo("unique_opened"),
}


def _mailjet(event: str, **fields: Any) -> list[dict[str, Any]]:
    usual = {"event": event, "time": 1498093527, "MessageID": 12345678901234567, "email": RECIPIENT}
    return [usual | {"mj_campaign_id": 1234567890, "customcampaign": "", "Payload": MARKS_AS_TEXT} | fields]


MAILJET = {
    "hard": _mailjet("bounce", blocked=True, hard_bounce=True, error_related_to="recipient", error="user unknown"),
    "soft": _mailjet("bounce", blocked=True, hard_bounce=False, error_related_to="domain", error="greylisted"),
    "complaint": _mailjet("spam", source="greylisted"),
    "delivered": _mailjet("sent", smtp_reply="sent (250 2.0.0 OK 1498093527 a67bc12345def.22 - gsmtp)"),
    "opened": _mailjet("open", ip="192.168.100.100", agent="Mozilla/5.0 (via ggpht.com GoogleImageProxy)"),
}


def _sparkpost(type: str, group: str = "message_event", **fields: Any) -> list[dict[str, Any]]:
    usual = {"type": type, "event_id": "84345317653491230", "rcpt_to": RECIPIENT, "raw_rcpt_to": RECIPIENT}
    more = {"rcpt_meta": MARKS, "timestamp": "1464824548", "transmission_id": "84345317650824116"}
    return [{"msys": {group: usual | more | fields}}]


SPARKPOST = {
    "hard": _sparkpost("bounce", bounce_class="10", error_code="550", raw_reason=UNKNOWN_USER),
    "soft": _sparkpost("bounce", bounce_class="22", error_code="552", raw_reason="552 5.2.2 mailbox full"),
    "complaint": _sparkpost("spam_complaint", fbtype="abuse", report_by="server.email.com"),
    "delivered": _sparkpost("delivery"),
    "opened": _sparkpost("open", group="track_event", user_agent="Mozilla/5.0"),
}


def _resend(type: str, **fields: Any) -> dict[str, Any]:
    data = {
        "created_at": "2023-09-28T17:19:43.982Z",
        "email_id": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "from": "Sender <from@example.com>",
        "headers": [{"name": "X-Metadata", "value": MARKS_AS_TEXT}],
        "subject": "Sending test",
        "to": [RECIPIENT],
    }
    return {"type": f"email.{type}", "created_at": "2023-09-28T17:19:44.823Z", "data": data | fields}


RESEND = {
    "hard": _resend(
        "bounced",
        bounce={"message": "The recipient's email provider sent a hard bounce message, but didn't specify the reason."},
    ),
    "soft": _resend("delivery_delayed"),
    "complaint": _resend("complained"),
    "delivered": _resend("delivered"),
    "opened": _resend("opened"),
}

SAMPLES: dict[str, dict[str, Any]] = {
    "postmark": POSTMARK,
    "mailgun": MAILGUN,
    "sendgrid": SENDGRID,
    "brevo": BREVO,
    "mailjet": MAILJET,
    "sparkpost": SPARKPOST,
    "resend": RESEND,
}
