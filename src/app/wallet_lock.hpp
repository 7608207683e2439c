// SPDX-License-Identifier: MIT
// One process per wallet: two that do not know of each other would spend the same money, and each
// would take the other's orders for thefts.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "app/state_dir.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::app {

// Holds the wallet until it goes, against every user of this machine (docs/adr/0016-authority.md).
class WalletLock {
 public:
    WalletLock() = default;
    ~WalletLock();
    WalletLock(WalletLock&& other) noexcept
        : file_{std::move(other.file_)}, socket_{std::exchange(other.socket_, -1)} {}
    WalletLock& operator=(WalletLock&& other) noexcept;
    [[nodiscard]] static Result<WalletLock> take(const Pubkey& wallet);

 private:
    FileLock file_;
    int socket_ = -1;
};

// Who holds it, for people; nothing: nobody of this machine. Takes nothing.
[[nodiscard]] std::optional<std::string> holder_of(const Pubkey& wallet);

}  // namespace sniperforge::app
