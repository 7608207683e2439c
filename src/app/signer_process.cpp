// SPDX-License-Identifier: MIT
#include "app/signer_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>

#include "app/secret_file.hpp"
#include "app/system_time.hpp"
#include "app/wallet_file.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/execute/lanes.hpp"
#include "sniperforge/model/nonce_lease.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// What it says of itself once: whether it signs, whether its calls are limited, for whom, and what
// there is to say.
constexpr std::size_t kHelloBytesMax = 2'048;
constexpr std::uint8_t kOpenRequest = 'o';

// Of the child; where exec would put the first descriptor that is not standard.
constexpr int kChildSocket = 3;

[[nodiscard]] ssize_t receive(int fd, std::span<std::uint8_t> buffer) {
    ssize_t size = 0;
    do {
        size = ::recv(fd, buffer.data(), buffer.size(), 0);
    } while (size < 0 && errno == EINTR);
    return size;
}

void say_hello(int fd, bool is_signing, bool is_limited, const Pubkey& wallet,
               std::string_view text) {
    Bytes hello{static_cast<std::uint8_t>(is_signing), static_cast<std::uint8_t>(is_limited)};
    append(hello, wallet.bytes);
    append(hello, bytes_of(text.substr(0, kHelloBytesMax - hello.size())));
    (void)::send(fd, hello.data(), hello.size(), MSG_NOSIGNAL);
}

// Its own, whatever it is told.
[[nodiscard]] signer::SigningTime own_time() {
    const auto steady = std::chrono::steady_clock::now().time_since_epoch();
    return {MonoTime{std::chrono::duration_cast<Duration>(steady).count()}, system_wall_now()};
}

// Signals that are meant for the daemon reach its whole group: it drains, and signs exits
// meanwhile.
void ignore_signals() {
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2}) {
        (void)std::signal(number, SIG_IGN);
    }
}

// Nothing of the parent but the socket. Standard error stays until the key is open: a passphrase
// may have to be asked for.
[[nodiscard]] Result<void> take_over(int fd) {
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 ||
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        (fd != kChildSocket && ::dup2(fd, kChildSocket) != kChildSocket) ||
        ::close_range(kChildSocket + 1, ~0U, 0) != 0) {
        return fail(fmt::format("setting up the process with the key: {}", std::strerror(errno)));
    }
    return make_undumpable();
}

void close_standard_streams() {
    const int nowhere = ::open("/dev/null", O_RDWR);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        (void)::dup2(nowhere, fd);
    }
    if (nowhere > kChildSocket) {
        (void)::close(nowhere);
    }
}

void live_as_signer(int fd, const config::WalletSettings& wallet_settings,
                    const signer::SigningLimits& limits) {
    const auto taken = take_over(fd);
    std::uint8_t request = 0;
    if (receive(kChildSocket, {&request, 1}) != 1 || request != kOpenRequest) {
        return;
    }
    if (!taken) {
        return say_hello(kChildSocket, false, false, {}, taken.error().text);
    }
    auto key = load_wallet(wallet_settings);
    if (!key) {
        return say_hello(kChildSocket, false, false, {}, key.error().text);
    }
    ignore_signals();
    close_standard_streams();
    signer::PolicySigner signer{std::move(*key), limits};
    const auto locked = signer::lock_down(kChildSocket);
    say_hello(kChildSocket, true, locked.has_value(), signer.wallet(),
              locked ? std::string{} : locked.error().text);
    signer::serve_signatures(kChildSocket, signer, own_time);
}

}  // namespace

signer::SigningLimits signing_limits(const config::Settings& settings) {
    return {.transaction_max = settings.signer.transaction_outflow_max,
            .hour_max = settings.signer.hourly_outflow_max,
            .day_max = settings.signer.daily_outflow_max,
            .cold_address = settings.wallet.cold_address,
            .fee_max = settings.execution.trade_fee_max,
            .tip_accounts = execute::tip_accounts_of(settings.execution.lanes),
            .stables_transaction_max = settings.signer.transaction_stables_max,
            .stables_hour_max = settings.signer.hourly_stables_max,
            .stables_day_max = settings.signer.daily_stables_max,
            .tokens_kept = settings.signer.tokens_kept};
}

std::vector<signer::SignedBefore> signed_before(const engine::History& history, WallTime now) {
    if (history.is_clock_doubted) {
        const std::int64_t apart = now.seconds() - history.written_last->seconds();
        telemetry::warning(
            "signer",
            "the clock is {} s {} the last record of the journal, allowed are {} s behind it and "
            "{} s ahead of it: what was signed before counts in the budgets of signer as if it "
            "were of now; see that the clock is right",
            apart < 0 ? -apart : apart, apart < 0 ? "behind" : "ahead of",
            engine::kClockBehindMax / std::chrono::seconds{1},
            engine::kClockAheadMax / std::chrono::seconds{1});
    }
    std::vector<signer::SignedBefore> before;
    for (const engine::History::Signed& each : history.signed_lately) {
        const OrderKind kind =
            is_nonce_advance(each.intent) ? signer::kAdvanceCountsAs : each.intent.kind;
        // A sale of nothing is a withdrawal's cost (engine/signed_lately).
        const bool is_withdrawal = kind == signer::kWithdrawalCountsAs &&
                                   each.intent.mint_in.is_zero() && each.intent.mint_out.is_zero();
        before.push_back({kind, signer::outflow_of(each.intent), each.at, is_withdrawal,
                          signer::stables_out_of(each.intent)});
    }
    return before;
}

Result<std::optional<SignerProcess>> SignerProcess::start(const config::Settings& settings) {
    if (!settings.signer.is_process) {
        return std::nullopt;
    }
    int fds[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
        return fail(fmt::format("signer.process: making its socket: {}", std::strerror(errno)));
    }
    const pid_t pid = ::fork();
    if (pid == 0) {
        live_as_signer(fds[1], settings.wallet, signing_limits(settings));
        ::_exit(0);
    }
    const int problem = errno;
    ::close(fds[1]);
    if (pid < 0) {
        ::close(fds[0]);
        return fail(fmt::format("signer.process: starting it: {}", std::strerror(problem)));
    }
    return SignerProcess{fds[0], pid};
}

SignerProcess::SignerProcess(SignerProcess&& other) noexcept
    : fd_{std::exchange(other.fd_, -1)}, pid_{std::exchange(other.pid_, -1)} {}

SignerProcess::~SignerProcess() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
    if (pid_ > 0) {
        (void)::kill(pid_, SIGKILL);
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
    }
}

Result<signer::RemoteSigner> SignerProcess::open(std::chrono::seconds patience) {
    const int fd = std::exchange(fd_, -1);
    SF_ASSERT(fd >= 0);
    Bytes hello(kHelloBytesMax);
    const bool is_asked = ::send(fd, &kOpenRequest, 1, MSG_NOSIGNAL) == 1;
    const ssize_t size = is_asked ? receive(fd, hello) : 0;
    constexpr std::size_t kHead = 2 + Pubkey::kSize;
    if (size < static_cast<ssize_t>(kHead)) {
        ::close(fd);
        return fail("the process with the key ended before it had opened the wallet file");
    }
    const std::string text{hello.begin() + kHead, hello.begin() + size};
    if (hello[0] != 1) {
        ::close(fd);
        return fail(text);
    }
    const Pubkey wallet = Pubkey::from(BytesView{hello}.subspan(2));
    if (hello[1] == 1) {
        telemetry::info("wallet", "process {} has the key of {} and signs for this one", pid_,
                        wallet.to_string());
    } else {
        telemetry::warning("wallet", "process {} has the key of {} and signs for this one, but {}",
                           pid_, wallet.to_string(), text);
    }
    return signer::RemoteSigner{fd, wallet, patience};
}

Result<signer::SigningKey> open_signing_key(const config::Settings& settings,
                                            std::optional<SignerProcess>& process) {
    if (process) {
        auto remote = process->open();
        return remote ? Result<signer::SigningKey>{std::move(*remote)} : Err{remote.error()};
    }
    auto key = load_wallet(settings.wallet);
    return key ? Result<signer::SigningKey>{std::move(*key)} : Err{key.error()};
}

}  // namespace sniperforge::app
