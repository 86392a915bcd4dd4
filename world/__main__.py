"""`python -m world`: start the world and open a shell in it, or run the command given after `--`."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from world import World, WorldUnavailable

_WELCOME = """
  Vous êtes dans un petit Internet fermé : {count} entreprises inventées, rien ne sort de cette machine.
  You are in a closed little Internet: {count} made-up firms, and nothing leaves this machine.

{firms}

  Essayez / try:
    bascule couper atelier-brunel.fr
    bascule audit cabinet-lhermite.fr --ask smtp      (le certificat du serveur de courrier dit qui le tient / the mail server's certificate says who runs it)
    bascule audit atelier-brunel.fr --resolver {faulty}   (un serveur de noms qui refuse toujours / a name server that always refuses)
    bascule audit bombe.fautes.fr                     (un site malveillant / a hostile site)
    curl -sI https://www.atelier-brunel.fr/

  « exit » referme tout. / "exit" ends it all.
"""


def main() -> int:
    """Start, run, end; return the command's own code."""
    if os.geteuid() != 0:
        # Root of a user namespace of one's own is root enough.
        os.execvp("unshare", ["unshare", "--user", "--map-root-user", sys.executable, "-m", "world", *sys.argv[1:]])
    own, command = _split(sys.argv[1:])
    parser = argparse.ArgumentParser(prog="python -m world", description=__doc__)
    parser.add_argument("--rtt-ms", type=float, help="put clients behind a line of this round trip")
    parser.add_argument("--loss", type=float, default=0.0, help="share of packets that the line loses, 0 to 1")
    said = parser.parse_args(own)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory(prefix="world-") as folder, World.start(Path(folder), said.rtt_ms, said.loss) as world:
            return _play(world, command)
    except WorldUnavailable as error:
        print(f"Pas de monde ici / no world here: {error}", file=sys.stderr)
        return 2


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    place = words.index("--") if "--" in words else len(words)
    return words[:place], words[place + 1 :]


def _play(world: World, command: list[str]) -> int:
    if not command:
        firms = "\n".join(f"    {firm.domain:32s} {firm.mirrors}" for firm in world.firms)
        print(_WELCOME.format(count=len(world.firms), firms=firms, faulty=world.faulty["refused"]))
    process = world.popen(command or [os.environ.get("SHELL", "/bin/sh")])
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # meant for the command
        except BaseException:
            process.kill()
            process.wait(5)
            raise


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.TimeoutExpired:
        sys.exit(1)
