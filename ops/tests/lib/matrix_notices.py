"""Notices that leave the house in ops/tests/matrix: the cases of docs/notifications.md."""
from matrix_objects import ESTATE, Case
from matrix_people import sql


def notices_out(people):
    """One's own settings, what could not be delivered, and what a gateway reports."""
    settings = ESTATE + "me/notice-settings"
    failed = ESTATE + "failed-deliveries"

    def nothing():
        """Nothing is set, and nothing has failed."""
        sql("DELETE FROM linli.notice_settings")
        sql("DELETE FROM linli.notice_preference")
        sql("DELETE FROM linli.notice_delivery")
        return {}

    def lost():
        """A text to the owner was given up."""
        nothing()
        owner = people["O"]
        [(delivery,)] = sql(
            "INSERT INTO linli.notice_delivery (estate_id, id, person_id, reader_id, channel, form, key,"
            " urgency, notices, state, outcome, next_at, attempts, made_at, settled_at)"
            f" VALUES ('{owner.estate}', linli.fresh_id('2026-03-01Z'), '{owner.person}',"
            f" '{owner.person}', 'sms', 'notice', 'matrix', 'plain', ARRAY[gen_random_uuid()], 'dead',"
            " 'status_400', '2026-03-01Z', 12, '2026-03-01Z', '2026-03-01Z') RETURNING id")
        return {"delivery": delivery}

    email = ESTATE + "me/email"
    wanted = {"address": "somebody@estate.example"}

    def asked():
        """The owner alone has asked for an address."""
        sql("DELETE FROM linli.notice_email")
        sql("DELETE FROM linli.person_sealed WHERE field IN ('email', 'email_wanted')")
        people["O"].need("PUT", email.format(estate=people.estate), wanted)
        return {}

    browsers = ESTATE + "me/push-subscriptions"
    browser = {"endpoint": "https://push.estate.example/1", "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg"}}

    def subscribed():
        """The owner's browser alone gets notices."""
        sql("DELETE FROM linli.push_subscription")
        made = people["O"].need("POST", browsers.format(estate=people.estate), browser)
        return {"subscription": made["id"]}

    def unasked():
        """Nobody has."""
        sql("DELETE FROM linli.notice_email")
        return {}

    hooks = ESTATE + "webhooks"
    hook = {"url": "https://hooks.estate.example/linli"}

    def unhooked():
        """There is no webhook."""
        sql("DELETE FROM linli.webhook_delivery")
        sql("DELETE FROM linli.webhook")
        return {}

    def hooked():
        """The operator has one."""
        unhooked()
        made = people["X"].need("POST", hooks.format(estate=people.estate), hook)
        return {"webhook": made["id"]}

    return {
        ("listWebhooks", "the-operator's"): Case("GET", hooks, make=hooked, has="webhook"),
        ("makeWebhook", "-"): Case("POST", hooks, hook, make=unhooked),
        ("rotateWebhook", "the-operator's"): Case("POST", hooks + "/{webhook}/rotation", make=hooked),
        ("retryWebhook", "the-operator's"): Case("POST", hooks + "/{webhook}/retry", make=hooked),
        ("endWebhook", "the-operator's"): Case("DELETE", hooks + "/{webhook}", make=hooked),
        ("getPushKey", "-"): Case("GET", "/api/v1/push-key"),
        ("listPushSubscriptions", "the-owner's"): Case(
            "GET", browsers, make=subscribed, has="subscription"),
        ("subscribePush", "-"): Case("POST", browsers, browser),
        ("endPushSubscription", "the-owner's"): Case(
            "DELETE", browsers + "/{subscription}", make=subscribed),
        ("getEmail", "-"): Case("GET", email, make=unasked),
        ("askEmail", "-"): Case("PUT", email, wanted, make=unasked),
        ("confirmEmail", "the-owner's"): Case(
            "POST", email + "/confirmation", {"code": "no one"}, make=asked),
        ("endEmail", "the-owner's"): Case("DELETE", email, make=asked),
        ("getNoticeSettings", "-"): Case("GET", settings, make=nothing),
        ("setNoticeSettings", "-"): Case("PUT", settings, {"quiet": "none"}, make=nothing),
        ("listFailedDeliveries", "the-owner's"): Case("GET", failed, make=lost, has="delivery"),
        ("retryDelivery", "the-owner's"): Case("POST", failed + "/{delivery}/retry", make=lost),
        ("reportTexts", "-"): Case(
            "POST", "/api/v1/sms-reports", {"reports": [{"id": "a.b", "state": "delivered"}]},
            make=nothing),
    }
