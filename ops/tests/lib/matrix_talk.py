"""Conversations and safety bans in ops/tests/matrix: docs/people/conversations.md, safety.md."""
import base64
import secrets

from matrix_objects import ESTATE, Case, Gathering
from matrix_family import Family
from matrix_people import sql


def household_proofs(people):
    """Whoever has a household in the estate has it proved, so that levels refuse nobody."""
    sql("INSERT INTO linli.proof (estate_id, id, person_id, level, how, household_id, proved_at)"
        " SELECT DISTINCT ON (m.person_id) m.estate_id, gen_random_uuid(), m.person_id, 'household',"
        " 'roster', m.household_id, timestamptz '2026-02-01Z' FROM linli.membership AS m"
        f" WHERE m.estate_id = '{people.estate}' AND NOT EXISTS (SELECT FROM linli.proof AS p"
        " WHERE p.estate_id = m.estate_id AND p.person_id = m.person_id AND p.level = 'household')")


def talk(people):
    """A conversation of the owner's with the organiser, and who finds it."""
    made, family = Gathering(people), Family(people)
    owner, organiser = people["O"], people["J"]
    base = ESTATE.format(estate=people.estate)
    household_proofs(people)
    words = {"body": "几点开始？"}

    def earlier():
        sql("SET session_replication_role = replica;"
            " UPDATE linli.conversation_message SET at = at - interval '2 hours',"
            " taken_back_at = taken_back_at - interval '2 hours'")

    def begun(by=owner):
        # The clock stands still, and ten messages are what a person says in a minute.
        earlier()
        thing = made.estate()
        said = by.need("POST", base + "conversations",
                       {"kind": "activity", "about": thing["activity"], **words})
        return {**thing, "conversation": said["conversation"], "message": said["id"]}

    def beginning():
        earlier()
        return made.estate()

    def called():
        sql("DELETE FROM linli.conversation_call")
        return begun()

    def reported():
        ids = begun()
        organiser.need("POST", base + "reports", {
            "thing_kind": "message", "thing": ids["message"], "kind": "scam"})
        return {**ids, "thing": ids["message"]}

    one = ESTATE + "conversations/{conversation}"
    return {
        ("listConversations", "the-owner's"): Case(
            "GET", ESTATE + "conversations?limit=100", make=begun, has="conversation"),
        ("getConversation", "the-owner's"): Case("GET", one, make=begun),
        ("beginConversation", "the-organiser's"): Case(
            "POST", ESTATE + "conversations",
            lambda ids: {"kind": "activity", "about": ids["activity"], **words}, make=beginning),
        ("sendMessage", "the-owner's"): Case("POST", one + "/messages", words, make=begun),
        ("takeBackMessage", "the-owner's"): Case(
            "DELETE", one + "/messages/{message}", make=begun),
        ("readConversation", "the-owner's"): Case(
            "PUT", one + "/reading", lambda ids: {"until": ids["message"]}, make=begun, keeps=True),
        ("askCall", "the-owner's"): Case("POST", one + "/calls", make=called),
        ("closeConversation", "the-owner's"): Case("POST", one + "/closing", make=begun),
        ("listChildConversations", "the-owner's"): Case(
            "GET", ESTATE + "children/{child}/conversations", make=family.child),
        ("reportPost", "a-message"): Case(
            "POST", ESTATE + "reports",
            lambda ids: {"thing_kind": "message", "thing": ids["message"], "kind": "other"},
            make=begun, keeps=True),
        ("getModeration", "a-message"): Case(
            "GET", ESTATE + "moderation/{thing}", make=reported),
    }


def safety_bans(people):
    """A ban on the leader of another stair, by the estate's committee, and what becomes of it."""
    committee, banned = people["C"], people["E"]
    base = ESTATE.format(estate=people.estate)
    wanted = {"person": banned.person, "kind": "other", "reason": "推销", "evidence": "回执",
              "until": "2027-01-01T00:00:00Z"}

    def nothing():
        sql("UPDATE linli.safety_match SET ban_id = NULL; DELETE FROM linli.safety_appeal;"
            " DELETE FROM linli.safety_ban")
        return {}

    def ban():
        nothing()
        return {"ban": committee.need("POST", base + "safety-bans", wanted)["id"]}

    def appealed():
        ids = ban()
        banned.need("POST", base + f"me/safety-bans/{ids['ban']}/appeal", {"words": "没有"})
        return ids

    def issuer():
        made = committee.need("POST", base + "safety-issuers", key({}))
        return {"issuer": made["id"]}

    def key(ids):
        del ids
        return {"name": "丙小区", "key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()[:43]}

    def match():
        # Of a note whose ban was lifted: it names nobody, and so is not sealed.
        rows = sql(
            "WITH note AS (INSERT INTO linli.safety_note (estate_id, id, ban_id, issuer, kind, ends,"
            f" received_by, received_at, lifted_at) VALUES ('{people.estate}', gen_random_uuid(),"
            f" gen_random_uuid(), '丙小区', 'other', '2027-01-01Z', '{committee.person}', '2026-03-01Z',"
            " '2026-03-01Z') RETURNING id) INSERT INTO linli.safety_match (estate_id, id, note_id,"
            f" person_id, found_at) SELECT '{people.estate}', gen_random_uuid(), id,"
            f" '{banned.person}', '2026-03-01Z' FROM note RETURNING id")
        return {"match": rows[0][0]}

    one = ESTATE + "safety-bans/{ban}"
    forged = {"payload": "e30", "key": "A" * 43, "signature": "A" * 86}
    return {
        ("listSafetyBans", "on-a-leader"): Case(
            "GET", ESTATE + "safety-bans?limit=100", make=ban, has="ban"),
        ("setSafetyBan", "on-a-leader"): Case(
            "POST", ESTATE + "safety-bans", wanted, make=nothing),
        ("liftSafetyBan", "on-a-leader"): Case("POST", one + "/lifting", make=ban),
        ("listOwnSafetyBans", "on-a-leader"): Case(
            "GET", ESTATE + "me/safety-bans", make=ban, has="ban"),
        ("appealSafetyBan", "on-a-leader"): Case(
            "POST", ESTATE + "me/safety-bans/{ban}/appeal", {"words": "没有"}, make=ban),
        ("decideSafetyAppeal", "on-a-leader"): Case(
            "POST", one + "/appeal-decision", {"outcome": "stands", "answer": "维持"},
            make=appealed),
        ("issueSafetyNote", "on-a-leader"): Case("POST", one + "/notes", make=ban, keeps=True),
        ("receiveSafetyNote", "a-forged-one"): Case("POST", ESTATE + "safety-notes", forged),
        ("enterSafetyIssuer", "-"): Case("POST", ESTATE + "safety-issuers", key),
        ("listSafetyIssuers", "-"): Case(
            "GET", ESTATE + "safety-issuers", make=issuer, has="issuer"),
        ("listSafetyMatches", "on-a-leader"): Case(
            "GET", ESTATE + "safety-matches?limit=100", make=match, has="match"),
        ("decideSafetyMatch", "on-a-leader"): Case(
            "POST", ESTATE + "safety-matches/{match}/decision",
            {"decision": "no_ban", "because": "不是他"}, make=match),
    }
