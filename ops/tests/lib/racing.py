"""Clients of a race: each asks until it is answered, always under the same key, whoever is killed."""
import asyncio
import base64
import hashlib
import json
import os


class Client:
    """A session on a connection of its own, from an address of its own."""

    def __init__(self, house, number, token):
        self.house, self.number, self.token = house, number, token
        self.reader = self.writer = None

    async def exchange(self, method, path, body, key):
        """Status, fields and content; again on a new connection until there is an answer."""
        content = b"" if body is None else json.dumps(body).encode()
        head = (f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.token}"
                f"\r\nIdempotency-Key: {key}\r\n"
                + ("Content-Type: application/json\r\n" if content else "")
                + f"Content-Length: {len(content)}\r\n\r\n").encode()
        while True:
            try:
                if not self.writer:
                    source = f"127.0.{self.number // 250 + 1}.{self.number % 250 + 1}"
                    self.reader, self.writer = await asyncio.open_connection(
                        "127.0.0.1", self.house.port, local_addr=(source, 0))
                self.writer.write(head + content)
                status = int((await self.reader.readline()).split()[1])
                fields = {}
                while (line := (await self.reader.readline()).decode().strip()):
                    name, value = line.split(":", 1)
                    fields[name.lower()] = value.strip()
                answer = await self.reader.readexactly(int(fields.get("content-length", 0)))
                if status != 503:
                    return status, fields, answer
                await asyncio.sleep(float(fields["retry-after"]))
            except (OSError, asyncio.IncompleteReadError, IndexError):
                if self.writer:
                    self.writer.close()
                self.writer = None
            await asyncio.sleep(0.1)


def residents(house, most):
    """Grown residents, each with an account, as (person, account, household)."""
    rows = house.psql(f"""
        SELECT p.id, p.account_id, min(m.household_id::text)
        FROM linli.person AS p
        JOIN linli.membership AS m ON m.estate_id = p.estate_id AND m.person_id = p.id
            AND m.ends = 'infinity'
            AND m.role_in_household IN ('head', 'spouse', 'parent', 'tenant')
        WHERE p.estate_id = '{house.estate}' AND p.account_id IS NOT NULL AND p.origin = 'resident'
        GROUP BY p.id, p.account_id
        ORDER BY p.id LIMIT {most}""").splitlines()
    return [tuple(row.split("|")) for row in rows]


def sessions(house, accounts):
    """A token for each account, good for an office too."""
    tokens, values = [], []
    for account in accounts:
        secret = os.urandom(32)
        tokens.append(base64.urlsafe_b64encode(secret).decode().rstrip("="))
        values.append(f"('{account}', gen_random_uuid(), '\\x{hashlib.sha256(secret).hexdigest()}',"
                      "'race', '2026-01-01Z', '2026-01-01', '2099-01-01Z', '2026-01-01Z',"
                      " 'development', '2099-01-01Z')")
    house.psql("INSERT INTO linli.session (account_id, id, token_hash, device_label, created_at, "
               "last_seen_on, expires_at, proved_at, proved_by, office_until) VALUES "
               + ",".join(values))
    return tokens
