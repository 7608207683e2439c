// SPDX-License-Identifier: MIT
#include "app/passphrase.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "app/secret_file.hpp"
#include "sniperforge/signer/keystore.hpp"

namespace sniperforge::app {
namespace {

using signer::kPassphraseBytesMax;

// With the line break that ends it, of Windows too.
constexpr std::size_t kPassphraseFileBytesMax = kPassphraseBytesMax + 2;

void strip_line_break(solana::SecretBuffer& text) {
    std::size_t size = text.size();
    if (size > 0 && text.text()[size - 1] == '\n') {
        --size;
        if (size > 0 && text.text()[size - 1] == '\r') {
            --size;
        }
        text.shrink(size);
    }
}

[[nodiscard]] Result<solana::SecretBuffer> checked(Result<solana::SecretBuffer> text,
                                                   const std::string& where) {
    if (!text) {
        return text;
    }
    strip_line_break(*text);
    if (auto usable = signer::check_passphrase(text->text()); !usable) {
        return fail(where, usable.error());
    }
    return text;
}

// The signals that would leave the terminal without echo.
constexpr std::array kEndingSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
volatile sig_atomic_t caught_signal = 0;

// A terminal that does not show what is typed. A signal ends the waiting; it is raised again when
// the terminal is as it was. Signals are let in while it waits and at no other time, so that none
// comes between the question and the wait, and is lost.
class SilentTerminal {
 public:
    SilentTerminal() {
        caught_signal = 0;
        struct sigaction action{};
        action.sa_handler = [](int number) { caught_signal = number; };
        ::sigemptyset(&action.sa_mask);
        sigset_t ending;
        ::sigemptyset(&ending);
        for (const int number : kEndingSignals) {
            ::sigaddset(&ending, number);
        }
        ::pthread_sigmask(SIG_BLOCK, &ending, &mask_before_);
        for (std::size_t i = 0; i < kEndingSignals.size(); ++i) {
            ::sigaction(kEndingSignals[i], &action, &actions_before_[i]);
        }
        is_silent_ = ::tcgetattr(STDIN_FILENO, &settings_before_) == 0;
        if (is_silent_) {
            termios silent = settings_before_;
            silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
            silent.c_lflag |= ECHONL | ICANON;
            is_silent_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
        }
    }
    ~SilentTerminal() {
        if (is_silent_) {
            // Drops what was typed behind the line, too.
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings_before_);
        }
        for (std::size_t i = 0; i < kEndingSignals.size(); ++i) {
            ::sigaction(kEndingSignals[i], &actions_before_[i], nullptr);
        }
        ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
        if (caught_signal != 0) {
            ::raise(caught_signal);
        }
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

    [[nodiscard]] bool is_silent() const { return is_silent_; }
    // Until there is a line, or the end of all lines, or a signal: false.
    [[nodiscard]] bool wait_for_line() const {
        pollfd input{STDIN_FILENO, POLLIN, 0};
        return ::ppoll(&input, 1, nullptr, &mask_before_) == 1;
    }

 private:
    sigset_t mask_before_{};
    std::array<struct sigaction, kEndingSignals.size()> actions_before_{};
    termios settings_before_{};
    bool is_silent_ = false;
};

}  // namespace

Result<std::optional<solana::SecretBuffer>> stored_passphrase(const std::string& file) {
    std::string path = file;
    FileAccess access = FileAccess::OwnerOnly;
    if (file.empty()) {
        const char* const directory = std::getenv("CREDENTIALS_DIRECTORY");
        if (directory == nullptr || *directory != '/') {
            return std::nullopt;
        }
        path = fmt::format("{}/{}", directory, kPassphraseCredential);
        access = FileAccess::OwnerAndGroup;
        if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
            return std::nullopt;  // The unit has credentials, and none for us.
        }
    }
    constexpr std::string_view kWhat = "the passphrase file";
    auto text = checked(read_private_file(path, kWhat, kPassphraseFileBytesMax, access),
                        fmt::format("{} {}", kWhat, path));
    if (!text) {
        return Err{text.error()};
    }
    return std::optional{std::move(*text)};
}

bool is_terminal() { return ::isatty(STDIN_FILENO) == 1; }

Result<solana::SecretBuffer> ask_passphrase(const std::string& what) {
    auto text = locked_buffer(kPassphraseFileBytesMax);
    if (!text) {
        return text;
    }
    ssize_t count = 0;
    {
        const SilentTerminal terminal;
        if (!terminal.is_silent()) {
            return fail(fmt::format("hiding what is typed on the terminal: {}; name a file instead",
                                    std::strerror(errno)));
        }
        fmt::print(stderr, "{}: ", what);
        std::fflush(stderr);
        if (terminal.wait_for_line()) {
            count = ::read(STDIN_FILENO, text->bytes().data(), text->size());
        }
    }
    if (count <= 0) {
        return fail(fmt::format("{}: nothing was typed", what));
    }
    text->shrink(static_cast<std::size_t>(count));
    return checked(std::move(text), what);
}

Result<solana::SecretBuffer> ask_new_passphrase(const std::string& what) {
    auto first = ask_passphrase(what);
    if (!first) {
        return first;
    }
    const auto again = ask_passphrase(what + ", again");
    if (!again) {
        return Err{again.error()};
    }
    if (first->text() != again->text()) {
        return fail(fmt::format("{}: the two differ; nothing was written, try again", what));
    }
    return first;
}

}  // namespace sniperforge::app
