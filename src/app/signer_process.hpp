// SPDX-License-Identifier: MIT
// The process with the key (`signer.process`): forked while this one has one thread, no sockets and
// no secrets. It opens the wallet file when it is told to, gives up what it does not need, and
// signs. This process never has the key.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/signer/policy_signer.hpp"

namespace sniperforge::app {

class SignerProcess {
 public:
    // None where the settings do not ask for it.
    [[nodiscard]] static Result<std::optional<SignerProcess>> start(
        const config::Settings& settings);
    // Ends it. What open() returned goes before.
    ~SignerProcess();
    SignerProcess(SignerProcess&& other) noexcept;
    SignerProcess& operator=(SignerProcess&&) = delete;
    SignerProcess(const SignerProcess&) = delete;
    SignerProcess& operator=(const SignerProcess&) = delete;

    // Has it open the wallet file, for which it may ask for the passphrase on the terminal. Once.
    // Its answers may take `patience`.
    [[nodiscard]] Result<signer::RemoteSigner> open(
        std::chrono::seconds patience = signer::kAnswerMax);
    [[nodiscard]] int pid() const { return pid_; }

 private:
    SignerProcess(int fd, int pid) : fd_{fd}, pid_{pid} {}

    int fd_ = -1;
    int pid_ = -1;
};

[[nodiscard]] signer::SigningLimits signing_limits(const config::Settings& settings);
// A restart is no new hour and no new day for what may leave the wallet. Where the clock cannot be
// right it says so, and what was signed last counts as of now.
[[nodiscard]] std::vector<signer::SignedBefore> signed_before(const engine::History& history,
                                                              WallTime now);

// The key of the settings: from `process` where there is one, else opened here.
[[nodiscard]] Result<signer::SigningKey> open_signing_key(const config::Settings& settings,
                                                          std::optional<SignerProcess>& process);

}  // namespace sniperforge::app
