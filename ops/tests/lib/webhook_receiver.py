"""A receiver of webhooks, for ops/tests/webhooks: checks what webhook-samples makes."""
import json
import subprocess
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

CONTENTS = ['{"type":"activity.published"}', '{"type":"通知","data":{"seq":17}}']


def holds(secret, content, fields):
    """Whether the library takes it."""
    try:
        Webhook(secret).verify(content, fields)
        return True
    except WebhookVerificationError:
        return False


def main():
    made = subprocess.run([sys.argv[1], *CONTENTS], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.splitlines()
    faults = []
    for line in made:
        sent = json.loads(line)
        fields = {name: sent[name] for name in
                  ("webhook-id", "webhook-timestamp", "webhook-signature")}
        content = sent["content"]
        if not holds(sent["new"], content, fields):
            faults.append("the newest secret is not taken")
        if holds(sent["before"], content, fields) != (sent["signed_by"] == 2):
            faults.append("the secret before signs during a rotation alone")
        if holds(sent["new"], content + " ", fields):
            faults.append("another content is taken")
        if holds(sent["new"], content, {**fields, "webhook-id": "another"}):
            faults.append("another id is taken")
    if len(made) != 2 * len(CONTENTS):
        faults.append(f"{len(made)} samples")
    if faults:
        sys.exit("webhooks: " + "; ".join(sorted(set(faults))))
    print(f"webhooks: standardwebhooks took {len(made)} messages", file=sys.stderr)


main()
