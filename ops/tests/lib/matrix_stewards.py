"""Tasks, reports and decisions in ops/tests/matrix: the cases of docs/people/tasks.md and moderation.md."""
from matrix_objects import ESTATE, Case, Gathering
from matrix_people import CLOCK, sql


def tasks(people):
    """A task about the owner for the social workers: raised, and taken by one of them."""
    worker, owner = people["W"], people["O"]
    sql("INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en) VALUES"
        " ('matrix', 'social_worker', '1 day', '回访', 'call back') ON CONFLICT DO NOTHING")

    def raised():
        rows = sql(
            "SELECT set_config('linli.instant', (extract(epoch FROM timestamptz"
            f" '{CLOCK}') * 1000000)::bigint::text, true),"
            " set_config('linli.principal', 'job', true), set_config('linli.job', 'matrix', true),"
            f" set_config('linli.estate', '{people.estate}', true);"
            f" SELECT linli.raise_task('matrix', gen_random_uuid(), '{owner.person}', NULL, NULL)")
        return {"task": rows[-1][0]}

    def taken():
        made = raised()
        worker.need("POST", ESTATE.format(estate=people.estate) + f"tasks/{made['task']}/taking")
        return made

    one = ESTATE + "tasks/{task}"
    no = {"because": "busy"}
    return {
        ("listTasks", "about-the-owner"): Case(
            "GET", ESTATE + f"tasks?limit=100&person={owner.person}", make=raised, has="task"),
        ("getTask", "about-the-owner"): Case("GET", one, make=raised),
        ("getTaskLoad", "-"): Case("GET", ESTATE + "task-load"),
        ("listPeriodicWork", "-"): Case("GET", ESTATE + "periodic-work"),
        ("takeTask", "about-the-owner"): Case("POST", one + "/taking", make=raised),
        ("declineTask", "about-the-owner"): Case("POST", one + "/refusals", no, make=raised),
        ("handBackTask", "the-worker's"): Case("POST", one + "/handing-back", make=taken),
        ("passTask", "the-worker's"): Case("POST", one + "/passing", make=taken, keeps=True),
        ("finishTask", "the-worker's"): Case("POST", one + "/end", {"outcome": "done"}, make=taken),
    }


def moderation(people):
    """An activity of the organiser's that the owner has reported, and its like hidden."""
    made = Gathering(people)
    worker, owner = people["W"], people["O"]
    base = ESTATE.format(estate=people.estate)
    decision = {"visibility": "visible", "because": "unfounded", "reason": "没有问题"}

    def reported():
        thing = made.estate()["activity"]
        owner.need("POST", base + "reports", {"thing_kind": "activity", "thing": thing,
                                              "kind": "scam"})
        return {"thing": thing}

    def hidden():
        ids = reported()
        worker.need("POST", base + f"moderation/{ids['thing']}/decisions",
                    {"visibility": "hidden", "because": "scam", "reason": "推销"})
        return ids

    def report(ids):
        return {"thing_kind": "activity", "thing": ids["activity"], "kind": "other"}

    one = ESTATE + "moderation/{thing}"
    return {
        ("reportPost", "the-organiser's"): Case(
            "POST", ESTATE + "reports", report, make=made.estate, keeps=True),
        ("listModeration", "reported"): Case(
            "GET", ESTATE + "moderation?limit=100", make=reported, has="thing"),
        ("getModeration", "reported"): Case("GET", one, make=reported),
        ("decideOnPost", "reported"): Case("POST", one + "/decisions", decision, make=reported),
        ("listOwnModeration", "the-organiser's"): Case(
            "GET", ESTATE + "me/moderation?limit=100", make=hidden, has="thing"),
        ("appealDecision", "the-organiser's"): Case(
            "POST", ESTATE + "me/moderation/{thing}/appeal", {"words": "请再看"}, make=hidden),
    }
