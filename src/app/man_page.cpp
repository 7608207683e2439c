// SPDX-License-Identifier: MIT
// The man page: commands and options are the parser's, the rest is what no parser knows.
#include <fmt/format.h>

#include "app/command_words.hpp"

namespace sniperforge::app {
namespace {

constexpr std::string_view kDescription = R"(.SH DESCRIPTION
.B sniperforge run
watches pools of eight venues, decides (arbitrage, sniper, momentum), asks one risk gate, swaps, and
accounts for every lamport.
It begins with its own simulated cluster
.RB ( "\-\-mode sim" );
.B paper
watches real nodes and signs nothing;
.B live
trades with a wallet, and demands
.BR \-\-live\-mode ,
a settings file, and a certificate that this very program survived its drills with these very settings.
.PP
As a service it is
.BR "systemctl enable \-\-now sniperforge" ;
mode and options are in
.IR /etc/default/sniperforge .
The other commands find the service's daemon with
.BI \-\-state\-dir " /var/lib/sniperforge/MODE"
and are to be run as its user:
.PP
.nf
    sudo \-u sniperforge sniperforge status \-\-state\-dir /var/lib/sniperforge/sim
.fi
)";

constexpr std::string_view kRest = R"(.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
Failed; of
.BR run :
it ended as it was told to, and a person should look at what it found.
.TP
.B 2
Usage or settings.
.TP
.B 3
Not ready: no daemon answers, nodes do not, or live mode has no certificate.
.TP
.B 4
Refused by risk or policy.
.SH ENVIRONMENT
.TP
.B XDG_STATE_HOME
State is in
.I sniperforge/MODE
below it where no
.B \-\-state\-dir
is given. The service has /var/lib.
.TP
.BR NO_COLOR ", " TERM
Set, and "dumb": nothing is coloured on a terminal, unless
.B \-\-color always
says so. What is no terminal has no colours.
.TP
.BR NOTIFY_SOCKET ", " WATCHDOG_USEC ", " WATCHDOG_PID ", " JOURNAL_STREAM
The protocol of systemd's Type=notify, and whether standard error is the journal.
.TP
.B CREDENTIALS_DIRECTORY
Where the passphrase of the wallet is, as
.IR sniperforge\-passphrase .
.SH FILES
.TP
.I /etc/sniperforge/sniperforge.yaml
The settings of the service; every key with range, default and reason.
.TP
.I /etc/default/sniperforge
Mode and options of the service.
.TP
.I /var/lib/sniperforge/MODE
Journal, trade store, certificate and control socket.
.TP
.I /usr/share/doc/sniperforge
cli.md, operations.md, live.md and the rest of the documentation; examples of drop-ins.
.SH SEE ALSO
.BR systemctl (1),
.BR journalctl (1),
.BR systemd.exec (5)
)";

// Text of ours between macros. A line never begins with it where a control character could.
[[nodiscard]] std::string roff(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        escaped += c == '\\'  ? std::string{"\\e"}
                   : c == '-' ? std::string{"\\-"}
                              : std::string(1, c);
    }
    return escaped.starts_with('.') || escaped.starts_with('\'') ? "\\&" + escaped : escaped;
}

// As an argument of a macro.
[[nodiscard]] std::string argument(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : roff(text)) {
        quoted += c == '"' ? std::string{"\\(dq"} : std::string(1, c);
    }
    return quoted + "\"";
}

[[nodiscard]] std::string sentence(const OptionWords& option) {
    std::string text = option.description;
    if (!option.choices.empty()) {
        text +=
            fmt::format("{}One of {}.", text.empty() ? "" : " - ", fmt::join(option.choices, ", "));
    }
    if (!option.fallback.empty()) {
        text += fmt::format(" [{}]", option.fallback);
    }
    return text.empty() ? "As its name says." : text;
}

[[nodiscard]] std::string entry(const OptionWords& option) {
    const std::string names = fmt::format("{}", fmt::join(option.names, ", "));
    const std::string value =
        option.value.empty() || option.is_positional
            ? std::string{}
            : fmt::format(" {}", argument(option.is_value_optional ? " [" + option.value + "]"
                                                                   : " " + option.value));
    return fmt::format(".TP\n.{} {}{}\n{}\n",
                       option.is_positional ? "I"
                       : value.empty()      ? "B"
                                            : "BI",
                       argument(names), value, roff(sentence(option)));
}

}  // namespace

std::string man_page(const CommandWords& program, std::string_view version) {
    std::string page = fmt::format(
        ".\\\" SPDX-License-Identifier: MIT\n"
        ".\\\" Made by `sniperforge man-page` from the program's own command line.\n"
        ".TH SNIPERFORGE 1 \"\" {} \"User commands\"\n"
        ".SH NAME\nsniperforge \\- Solana trading daemon\n"
        ".SH SYNOPSIS\n.B sniperforge\n.I command\n.RI [ options ]\n.br\n"
        ".B sniperforge\n.I command\n.B \\-\\-help\n{}.SH COMMANDS\n",
        argument(fmt::format("SniperForge {}", version)), kDescription);
    visit_commands(program, "", [&](const CommandWords& command, const std::string& path) {
        if (path.empty()) {
            return;
        }
        page += fmt::format(".SS {}\n{}\n", argument(path), roff(command.description));
        for (const OptionWords& option : command.options) {
            page += entry(option);
        }
    });
    page += ".SH OPTIONS\n";
    for (const OptionWords& option : program.options) {
        page += entry(option);
    }
    return page + std::string{kRest};
}

}  // namespace sniperforge::app
