// SPDX-License-Identifier: MIT
// The key in a process of its own: our end of the socket to it. What is to be signed crosses it
// with its policy; the process there has a PolicySigner, checks, counts, and answers with a
// signature or a refusal. One frame for each, within bounds (docs/adr/0023-key-process.md).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/signer/own_accounts.hpp"
#include "sniperforge/signer/policy.hpp"
#include "sniperforge/signer/signing_budget.hpp"
#include "sniperforge/signer/upkeep.hpp"
#include "sniperforge/signer/withdrawal.hpp"
#include "sniperforge/solana/lookup_table.hpp"

namespace sniperforge::signer {

class PolicySigner;

inline constexpr std::chrono::seconds kAnswerMax{2};

// Owned by whoever holds it; the other end is the process with the key.
class RemoteSigner {
 public:
    // `fd`: a connected SOCK_SEQPACKET socket, which is closed with this. `wallet` is what the
    // process has said it signs for. An answer may take `patience`.
    RemoteSigner(int fd, const Pubkey& wallet, std::chrono::seconds patience = kAnswerMax);
    ~RemoteSigner();
    RemoteSigner(RemoteSigner&& other) noexcept;
    RemoteSigner& operator=(RemoteSigner&& other) noexcept;
    RemoteSigner(const RemoteSigner&) = delete;
    RemoteSigner& operator=(const RemoteSigner&) = delete;

    [[nodiscard]] const Pubkey& public_key() const { return wallet_; }
    // Waits for the answer, some tens of microseconds. Without one in time, or with one that is no
    // answer to this, the process counts as ended.
    [[nodiscard]] Result<Signature, Refusal> sign(
        BytesView message, const SigningPolicy& policy,
        std::span<const solana::AddressLookupTable> tables, const OwnAccounts& own);
    [[nodiscard]] Result<Signature, Refusal> sign(BytesView message,
                                                  const WithdrawalPolicy& policy);
    [[nodiscard]] Result<Signature, Refusal> sign(BytesView message, const UpkeepPolicy& policy);
    // To be counted in the process' budget. It goes by its own clock.
    void restore(std::span<const SignedBefore> before);
    // One system call. Once it is false it stays so: nobody is asked for the passphrase again.
    [[nodiscard]] bool is_alive();

 private:
    [[nodiscard]] Result<Signature, Refusal> exchange();
    // Mints whose accounts are ours by what happened since the last request.
    [[nodiscard]] bool send_mints(const OwnAccounts& own);
    void close();

    int fd_ = -1;
    Pubkey wallet_;
    std::uint32_t request_ = 0;
    std::size_t mints_told_ = 0;
    Bytes out_, in_;  // Reused.
};

// What the process does: answers requests on `fd` until the other end is closed. A frame that is no
// request is answered with a refusal. `now` is its own clock: whoever could write to the socket
// could else begin a new hour whenever the budget is used up.
void serve_signatures(int fd, PolicySigner& signer, const std::function<SigningTime()>& now);

// From here on this process can read and write `fd`, allocate, ask for the time and end: seccomp,
// on x86-64 and aarch64. Anything else ends it. Fails where the system has no seccomp.
[[nodiscard]] Result<void> lock_down(int fd);

}  // namespace sniperforge::signer
