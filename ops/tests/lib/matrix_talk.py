"""Conversations in ops/tests/matrix: docs/people/conversations.md."""
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
