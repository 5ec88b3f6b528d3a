"""Who reads what, in ops/tests/matrix: the cases of docs/people/reading.md."""
from matrix_objects import ESTATE, Case


def reading(people):
    """Rules, records and who read them, and what takes two persons."""
    committee, owner, member, engineer = people["C"], people["O"], people["H"], people["X"]
    base = ESTATE.format(estate=people.estate)
    record = ESTATE + f"people/{owner.person}/record?purpose="
    watchers = ESTATE + "me/record-watchers"
    requests = ESTATE + "access-requests"
    wanted = {"kind": "person", "person": owner.person, "because": "无法登录", "hours": 1}

    def line():
        committee.need("GET", record.format(estate=people.estate) + "care")
        reads = owner.need("GET", base + "me/record-reads")["reads"]
        return {"line": reads[0]["id"]}

    def named():
        owner.need("PUT", base + f"me/record-watchers/{member.person}")
        since = owner.need("GET", base + "me/record-watchers")["watchers"][0]["named_at"]
        return {"since": since}

    def watched():
        named()
        return line()

    def unwatched():
        owner.ask("DELETE", base + f"me/record-watchers/{member.person}")
        return line()

    def asked():
        return {"request": engineer.need("POST", base + "access-requests", wanted)["id"]}

    def approved():
        made = asked()
        committee.need("POST", base + f"access-requests/{made['request']}/decision",
                       {"decision": "approved"})
        return made

    def ended():
        for row in engineer.need("GET", base + "access-requests?limit=100")["requests"]:
            if row["state"] in ("waiting", "open"):
                engineer.need("DELETE", base + f"access-requests/{row['id']}")
        return {}

    return {
        ("listAccessRules", "-"): Case("GET", "/api/v1/access-rules"),
        ("getPersonRecord", "for-admission"): Case("GET", record + "admission"),
        ("getPersonRecord", "for-care"): Case("GET", record + "care"),
        ("getPersonRecord", "for-support"): Case("GET", record + "support", make=ended),
        ("getPersonRecord", "under-a-request"): Case("GET", record + "support", make=approved),
        ("listRecordReads", "the-owner's"): Case(
            "GET", ESTATE + "me/record-reads?limit=100", make=unwatched, has="line"),
        ("listRecordReads", "watched-by-H"): Case(
            "GET", ESTATE + "me/record-reads?limit=100", make=watched, has="line"),
        ("listRecordWatchers", "the-owner's"): Case("GET", watchers, make=named, has="since"),
        ("nameRecordWatcher", "a-member"): Case("PUT", watchers + f"/{member.person}", keeps=True),
        ("dropRecordWatcher", "the-owner's"): Case(
            "DELETE", watchers + f"/{member.person}", make=named),
        ("askAccess", "to-the-owner's"): Case("POST", requests, wanted, keeps=True),
        ("listAccessRequests", "the-operator's"): Case(
            "GET", requests + "?limit=100", make=asked, has="request"),
        ("decideAccess", "the-operator's"): Case(
            "POST", requests + "/{request}/decision", {"decision": "refused"}, make=asked),
        ("endAccess", "the-operator's"): Case("DELETE", requests + "/{request}", make=asked),
    }
