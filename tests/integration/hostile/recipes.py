"""Hostile recipes. Each says what it tries; the line that must be refused ends in `#!`.

`MARK` becomes a file that must not come to be, `VICTIM` one that must stay as it is, `SECRET` and `DATA` ones that must
not be read, `PORT` one on this machine at which nobody may call.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

MARKER = "#!"


@dataclass(frozen=True)
class Hostile:
    """A recipe and what it tries."""

    name: str
    text: str
    limit: str = ""
    """What the child's error must speak of, where a limit stops it."""
    works: bool = False
    """Stock Snowfakery lets it happen: a control that the attack is a real one."""

    @property
    def line(self) -> int:
        """The line of the marker; 0: somewhere."""
        lines = self.text.splitlines()
        return next((number for number, line in enumerate(lines, 1) if line.endswith(MARKER)), 0)


def formula(name: str, text: str, *, limit: str = "", works: bool = False) -> Hostile:
    """An attack inside of a formula."""
    value = json.dumps("${{ " + text + " }}")
    return recipe(name, f"- object: T\n  fields:\n    f: {value} {MARKER}", limit=limit, works=works)


def recipe(name: str, statements: str, *, limit: str = "", works: bool = False) -> Hostile:
    """An attack by statements."""
    return Hostile(name, f"- snowfakery_version: 3\n{statements}\n", limit, works)


def imported(call: str) -> str:
    """A formula that imports a module: `imported("os") + ".getpid()"`."""
    return f"cycler.__init__.__globals__.__builtins__['__import__']('{call}')"


BUILTINS = "cycler.__init__.__globals__.__builtins__"
DATASET = "- plugin: snowfakery.standard_plugins.datasets.Dataset"
UNIQUE = "- plugin: snowfakery.standard_plugins.UniqueId"

PROCESSES = [
    formula("shell by cycler's globals", "cycler.__init__.__globals__.os.popen('touch MARK').read()", works=True),
    formula("shell by joiner", "joiner.__init__.__globals__.os.system('touch MARK')", works=True),
    formula("shell by namespace", "namespace.__init__.__globals__['os'].system('touch MARK')", works=True),
    formula("shell by lipsum", "lipsum.__globals__['os'].popen('touch MARK').read()", works=True),
    formula("shell by items", "cycler['__init__']['__globals__']['os'].system('touch MARK')", works=True),
    formula("shell by a glued name", "cycler['__in' ~ 'it__']['__glo' ~ 'bals__']['os'].system('touch MARK')"),
    formula("shell by attr", "((cycler|attr('__init__'))|attr('__globals__')).os.system('touch MARK')", works=True),
    formula("shell by map", "([cycler]|map(attribute='__init__.__globals__')|first).os.system('touch MARK')", works=True),
    formula("shell by import", f"{imported('os')}.system('touch MARK')", works=True),
    formula("shell by eval", f"{BUILTINS}.eval(\"__import__('os').system('touch MARK')\")", works=True),
    formula("shell by exec", f"{BUILTINS}.exec(\"import os; os.system('touch MARK')\")", works=True),
    formula("shell by a subclass",
            "(''.__class__.__mro__[1].__subclasses__()|selectattr('__name__','equalto','_wrap_close')|first)"
            ".__init__.__globals__.system('touch MARK')", works=True),
    formula("shell by pickle", f"{imported('pickle')}.loads(\"cos\\nsystem\\n(S'touch MARK'\\ntR.\".encode())", works=True),
    formula("shell by ctypes", f"{imported('ctypes')}.CDLL(None).system('touch MARK'.encode())", works=True),
    formula("shell by a loaded ctypes",
            f"{imported('sys')}.modules['ctypes'].CDLL(None).system('touch MARK'.encode())"),
    formula("program by exec", f"{imported('os')}.execv('/usr/bin/touch', ['touch', 'MARK'])", works=True),
    formula("program by spawn", f"{imported('os')}.posix_spawn('/usr/bin/touch', ['touch', 'MARK'], {{}})", works=True),
    formula("program by pty", f"{imported('pty')}.spawn(['touch', 'MARK'])"),
    formula("program by fork_exec",
            f"{imported('_posixsubprocess')}.fork_exec(['touch','MARK'],['/usr/bin/touch'.encode()],true,[],none,none,"
            "-1,-1,-1,-1,-1,-1,-1,-1,false,false,-1,none,none,none,-1,none,true)"),
    formula("a child that stays", f"{imported('os')}.fork() or {imported('time')}.sleep(600)"),
    formula("a process by multiprocessing", f"{imported('multiprocessing')}.Process().start()"),
    formula("a signal to the parent", f"{imported('os')}.kill({imported('os')}.getppid(), 0)"),
    formula("a thread", f"{imported('_thread')}.start_new_thread({imported('os')}.getpid, [])"),
]  # fmt: skip

FILES = [
    formula("writing by open", f"{BUILTINS}.open('MARK', 'w').close()", works=True),
    formula("writing by pathlib", f"{imported('pathlib')}.Path('MARK').write_text('x')", works=True),
    formula("writing by os.open", f"{imported('os')}.open('MARK', 65)", works=True),
    formula("writing by FileIO", f"{imported('io')}.FileIO('MARK', 'w').close()", works=True),
    formula("writing by numpy", f"{imported('numpy')}.arange(3).tofile('MARK')", works=True),
    formula("writing by arrow", f"{imported('pyarrow')}.OSFile('MARK', 'w').close()", works=True),
    formula("writing by arrow's file system",
            f"{imported('pyarrow.fs')}.fs.LocalFileSystem().open_output_stream('MARK').close()"),
    formula("writing by duckdb", f"{imported('duckdb')}.connect('MARK').close()", works=True),
    formula("writing by sqlite", f"{imported('sqlite3')}.connect('MARK').execute('create table a(b)')", works=True),
    formula("writing by logging", f"{imported('logging.handlers')}.FileHandler('MARK').close()", works=True),
    formula("a folder", f"{imported('os')}.mkdir('MARK')", works=True),
    formula("a link", f"{imported('os')}.symlink('/etc/passwd', 'MARK')", works=True),
    formula("a pipe", f"{imported('os')}.mkfifo('MARK')", works=True),
    formula("removing a file", f"{imported('os')}.remove('VICTIM')", works=True),
    formula("renaming a file", f"{imported('os')}.rename('VICTIM', 'MARK')", works=True),
    formula("emptying a file", f"{imported('os')}.truncate('VICTIM', 0)", works=True),
    formula("rights of a file", f"{imported('os')}.chmod('VICTIM', 0)", works=True),
    formula("reading by open", f"{BUILTINS}.open('SECRET').read()", works=True),
    formula("reading by pathlib", f"{imported('pathlib')}.Path('SECRET').read_text()", works=True),
    formula("reading by arrow", f"{imported('pyarrow')}.OSFile('SECRET').read().decode()", works=True),
    formula("reading by linecache", f"{imported('linecache')}.getline('SECRET', 1)", works=True),
    formula("reading by csv of pandas", f"{imported('pandas')}.read_csv('SECRET', header=none).to_json()", works=True),
    formula("the environment", f"{imported('os')}.environ|string", works=True),
    formula("the environment by a format", "'{0.__init__.__globals__[os].environ}'.format(cycler)", works=True),
    formula("the environment by format_map", "'{a.__init__.__globals__[os].environ}'.format_map({'a': cycler})", works=True),
    formula("the environment by %", "'%s' % cycler.__init__.__globals__.os.environ", works=True),
    formula("a list of files", f"{imported('os')}.listdir('/')|string"),
    recipe("sqlite attach by UniqueId",
           f"{UNIQUE}\n- object: T\n  fields:\n    f: \"${{{{ UniqueId.context.interpreter.row_history.conn"
           f".execute(\\\"attach database 'MARK' as x\\\").execute('create table x.y(z)') }}}}\" {MARKER}"),
    recipe("sqlite vacuum into a file",
           f"{UNIQUE}\n- object: T\n  fields:\n    f: \"${{{{ UniqueId.context.interpreter.row_history.conn"
           f".execute(\\\"vacuum into 'MARK'\\\") }}}}\" {MARKER}"),
    recipe("the file's name", f"- object: T\n  fields:\n    f: ${{{{ snowfakery_filename }}}} {MARKER}"),
]  # fmt: skip

NETWORK = [
    formula("a connection", f"{imported('socket')}.create_connection(('127.0.0.1', PORT), 2)", works=True),
    formula("a connection by _socket", f"{imported('_socket')}.socket(2, 1).connect(('127.0.0.1', PORT))", works=True),
    formula("a download", f"{imported('urllib.request')}.request.urlopen('http://127.0.0.1:PORT/', timeout=2)", works=True),
    formula("a datagram", f"{imported('socket')}.socket(2, 2).sendto('x'.encode(), ('127.0.0.1', PORT))"),
    formula("asking for a name", f"{imported('socket')}.getaddrinfo('localhost', PORT)"),
    formula("a server", f"{imported('socket')}.create_server(('127.0.0.1', 0))"),
    formula("a request by http", f"{imported('http.client')}.client.HTTPConnection('127.0.0.1', PORT).request('GET', '/')", works=True),
    formula("mail", f"{imported('smtplib')}.SMTP('127.0.0.1', PORT, timeout=2)", works=True),
    recipe("a dataset from the net",
           f"{DATASET}\n- object: T\n  fields:\n    __d: {{Dataset.iterate: 'http://127.0.0.1:PORT/x.csv'}} {MARKER}\n    f: x"),
]  # fmt: skip

STATEMENTS = [
    recipe("a module while parsing", f"- plugin: antigravity.Fly {MARKER}\n- object: T"),
    recipe("a module of one's own", f"- plugin: evil.Plugin {MARKER}\n- object: T"),
    recipe("a program as plugin", f"- plugin: subprocess.Popen {MARKER}\n- object: T"),
    recipe("a plugin by a path", f"- plugin: ../evil.Plugin {MARKER}\n- object: T"),
    recipe("a file to include", f"- include_file: ../secret.yml {MARKER}\n- object: T"),
    recipe("a file to include by its whole path", f"- include_file: SECRET {MARKER}\n- object: T"),
    recipe("a file to include from home", f"- include_file: ~/secret.yml {MARKER}\n- object: T"),
    recipe("a dataset from anywhere",
           f"{DATASET}\n- object: T\n  fields:\n    __d: {{Dataset.iterate: {{dataset: DATA}}}} {MARKER}\n    f: ${{{{__d.f}}}}", works=True),
    recipe("a dataset that makes a database",
           f"{DATASET}\n- object: T\n  fields:\n    f: {{Dataset.iterate: {{dataset: 'sqlite:///MARK'}}}} {MARKER}"),
    recipe("a file's text",
           "- plugin: snowfakery.standard_plugins.file.File\n- object: T\n  fields:\n"
           f"    f: {{File.file_data: SECRET}} {MARKER}", works=True),
    recipe("a counter's way to the interpreter",
           "- plugin: snowfakery.standard_plugins.Counters\n- object: T\n  fields:\n"
           f"    f: ${{{{ Counters.context.interpreter.row_history.conn.execute(\"attach 'MARK' as x\") }}}} {MARKER}"),
    recipe("a table's name that is a path", f"- object: ../../T {MARKER}\n  fields: {{f: x}}"),
    recipe("a table's name from the root", f"- object: /MARK {MARKER}\n  fields: {{f: x}}"),
    recipe("a table's name that climbs", f"- object: '..' {MARKER}\n  fields: {{f: x}}"),
    recipe("a table's name with a zero", f'- object: "T\\0x" {MARKER}\n  fields: {{f: x}}'),
    recipe("a table that is Python's own", f"- object: __class__ {MARKER}\n  fields: {{f: x}}"),
    recipe("a field that is Python's own", f"- object: T\n  fields:\n    __init__: x {MARKER}"),
    recipe("a tag that runs a program", f"- object: T\n  fields:\n    f: !!python/object/apply:os.system ['touch MARK'] {MARKER}"),
    recipe("a tag that names a function", f"- object: T\n  fields:\n    f: !!python/name:os.system '' {MARKER}"),
    recipe("a tag that imports", f"- object: T\n  fields:\n    f: !!python/module:antigravity '' {MARKER}"),
    recipe("statements in a formula",
           f"- object: T\n  fields:\n    f: \"${{% import 'x' as y %}}${{{{ y }}}}\" {MARKER}"),
    recipe("an attribute by getattr in a function of ours",
           "- plugin: synth_core.recipe.plugin.Synth\n- object: T\n  fields:\n"
           f"    f: {{Synth.nullable: {{nulls: 0%, value: \"${{{{ cycler.__init__.__globals__.os.system('touch MARK') }}}}\"}}}} {MARKER}"),
    recipe("a formula in a count",
           f"- object: T\n  count: ${{{{ cycler.__init__.__globals__.os.system('touch MARK') }}}} {MARKER}\n  fields: {{f: x}}", works=True),
    recipe("a formula in a variable",
           f"- var: v\n  value: ${{{{ cycler.__init__.__globals__.os.system('touch MARK') }}}} {MARKER}\n- object: T", works=True),
    recipe("a formula that runs once",
           f"- object: T\n  count: 2\n  fields:\n    f:\n      if:\n        - choice:\n            when: ${{{{ child_index == 1 }}}}\n"
           f"            pick: ${{{{ lipsum.__globals__.os.system('touch MARK') }}}} {MARKER}\n        - choice: {{pick: x}}", works=True),
    recipe("a formula in a weight",
           f"- object: T\n  fields:\n    f:\n      random_choice:\n"
           f"        a: ${{{{ lipsum.__globals__.os.system('touch MARK') }}}} {MARKER}\n        b: 1", works=True),
    recipe("a formula in a macro",
           f"- macro: m\n  fields:\n    f: ${{{{ lipsum.__globals__.os.system('touch MARK') }}}} {MARKER}\n- object: T\n  include: m", works=True),
    recipe("a formula in a friend",
           f"- object: T\n  friends:\n    - object: T\n      fields:\n        f: ${{{{ lipsum.__globals__.os.system('touch MARK') }}}} {MARKER}", works=True),
    recipe("a provider of bytes", f"- object: T\n  fields:\n    f: {{fake: zip}} {MARKER}"),
    recipe("a provider that calls", f"- object: T\n  fields:\n    f: {{fake.enum: {{enum_cls: x}}}} {MARKER}"),
    formula("a provider's own attributes", "fake.__init__.__globals__|string"),
    formula("the row's class", "this.__class__.__mro__|string"),
    formula("an underscore by a string", "this['__class__']|string"),
]  # fmt: skip

LIMITS = [
    formula("a long text", "'x' * 10**10", limit="memory"),
    formula("a long list", "([0] * 10**10)|length", limit="memory"),
    formula("a tower of powers", "(9 ** (9 ** 9)) % 7", limit="CPU time"),
    formula("a wide number", "'%10000000000d' % 1", limit="memory"),
    formula("a wide text", "'{:10000000000}'.format(1)", limit="memory"),
    formula("a padded text", "'x'.ljust(10**10)|length", limit="memory"),
    formula("text that replaces itself", "('x' * 100000).replace('x', 'x' * 100000)|length", limit="memory"),
    formula("a range as a list", "range(10**12)|list|length", limit="memory"),
    formula("much lorem ipsum", "lipsum(n=10**9)|length", limit="CPU time"),
    formula("a long sleep", f"{imported('time')}.sleep(10**6)", limit="took more than 4 s"),
    formula("a long provider", "fake.pystr(min_chars=10**10, max_chars=10**10)|length", limit="CPU time"),
    recipe("an endless loop",
           f"- object: T\n  fields:\n    f: \"${{% for i in range(10**12) %}}${{% endfor %}}\" {MARKER}", limit="CPU time"),
    recipe("a huge count", f"- object: T\n  count: 10000000000000000 {MARKER}\n  fields: {{f: x}}", limit="CPU time"),
    recipe("objects in objects", "- object: T\n  count: 1000000000\n  fields:\n    f:\n      - object: T\n"
           f"        count: 100000000000000 {MARKER}", limit="CPU time"),
    recipe("a macro that includes itself", f"- macro: m {MARKER}\n  include: m\n- object: T\n  include: m"),
    Hostile("an alias bomb", "- snowfakery_version: 3\n- macro: m\n  fields:\n    a: &a [x, x, x, x, x, x, x, x]\n"
            + "".join(f"    {b}: &{b} [{', '.join(['*' + a] * 8)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
            + "- object: T\n  fields:\n    f: *i\n"),
    Hostile("an anchor in itself", "- snowfakery_version: 3\n- object: T\n  fields:\n    f: &a [*a]\n"),
    Hostile("deep nesting", "- snowfakery_version: 3\n- object: T\n  fields:\n    f: " + "[" * 5_000 + "]" * 5_000 + "\n"),
    Hostile("a huge text", "- snowfakery_version: 3\n- object: T\n  fields:\n    f: " + "x" * 6_000_000 + "\n"),
    Hostile("two documents", "- snowfakery_version: 3\n- object: T\n---\n- object: T\n"),
]  # fmt: skip

ALL = [*PROCESSES, *FILES, *NETWORK, *STATEMENTS, *LIMITS]
