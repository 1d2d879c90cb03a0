#!/usr/bin/env python3
"""A real SMTP server on loopback for tests: aiosmtpd (https://aiosmtpd.aio-libs.org, version 1.4).

Prints its port on the first line, then one JSON object a line for each letter that it has taken. What it does with a
letter is chosen by the first word of the recipient's address:

  slow.     answers RCPT after two seconds
  later.    451 to the first two RCPT of that address, then takes it
  never.    451, always
  nobody.   550 to RCPT
  relay.    554 to RCPT: it does not send on what we give it
  full.     552 to DATA

Usage: smtp-server.py [--port N] [--user NAME --password WORD] [--cert FILE --key FILE]   (with a certificate: STARTTLS)
"""
import argparse
import asyncio
import json
import ssl
import sys
from collections import Counter
from email import message_from_bytes
from email.policy import default

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self):
        self.asked = Counter()

    async def handle_RCPT(self, server, session, envelope, address, options):
        first = address.split("@")[0].split(".")[0]
        self.asked[address] += 1
        if first == "slow":
            await asyncio.sleep(2)
        if first == "never" or (first == "later" and self.asked[address] <= 2):
            return "451 4.7.1 Greylisted, try again later"
        if first == "nobody":
            return "550 5.1.1 No such mailbox here"
        if first == "relay":
            return "554 5.7.1 Relay access denied"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("full."):
            return "552 5.2.2 Mailbox full"
        mail = message_from_bytes(envelope.content, policy=default)
        parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
        letter = {
            "to": envelope.rcpt_tos,
            "from": envelope.mail_from,
            "headers": {name: str(value) for name, value in mail.items()},
            "text": parts.get("text/plain", ""),
            "html": parts.get("text/html", ""),
            "tls": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
        }
        print(json.dumps(letter), flush=True)
        return "250 OK"


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    args = parser.parse_args()
    context = None
    if args.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(args.cert, args.key)

    def authenticator(server, session, envelope, mechanism, data):
        ok = (data.login, data.password) == (args.user.encode(), args.password.encode())
        return AuthResult(success=ok, handled=False, auth_data=data)

    handler = Handler()

    def connection():
        return SMTP(
            handler,
            hostname="localhost",
            tls_context=context,
            require_starttls=context is not None,
            authenticator=authenticator if args.user else None,
            auth_required=bool(args.user),
            auth_require_tls=context is not None,
        )

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", args.port)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Whoever started it is gone when its input ends.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)


asyncio.run(main())
