// SPDX-License-Identifier: MIT
// Carries withdrawals, and what upkeep has signed: in the journal before they are sent, followed
// until nothing can change any more (in a finalized block, or expired), and booked. One step after
// the other on a reactor that it runs itself: nothing else goes on here.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/rpc/height_hearing.hpp"
#include "sniperforge/signer/policy_signer.hpp"

namespace sniperforge::app {

// What signs and what remembers.
struct WalletHands {
    signer::PolicySigner& signer;
    engine::Recorder& recorder;
    engine::History& history;
};

struct CourierOptions {
    Pubkey wallet;
    config::ExecutionSettings execution;
    Duration patience = std::chrono::seconds{600};  // What is open then is left to the next time.
    std::function<bool()> is_stop_requested{};
    std::function<void(const std::string&)> progress{};

    void tell(const std::string& text) const {
        if (progress) {
            progress(text);
        }
    }
};

// What a command that could not ask its nodes tells whoever ran it.
inline constexpr std::string_view kRunAgain =
    ": check the endpoints with `sniperforge doctor`, then run this again";

// So long, and what happens meanwhile.
void let_pass(net::Reactor& reactor, Duration duration);

// One that was signed, by this process or by one that was killed.
struct Withdrawal {
    engine::WithdrawalSigned signed_as;
    Bytes wire;  // Empty: of a process that was killed; it is followed and not sent again.
    std::optional<engine::WithdrawalSettled> settled{};
    std::string problem{};    // Why it did not land.
    bool is_refused = false;  // Every node looked at it and none has sent it on.
    bool is_seen = false;     // In a confirmed block.
};

class WithdrawalCourier {
 public:
    WithdrawalCourier(net::Reactor& reactor, rpc::RpcClient& rpc, WalletHands hands,
                      const CourierOptions& options);

    // What an earlier process left without an outcome is followed to it first: what is read from
    // the chain then is what there is. Each of them has an outcome.
    [[nodiscard]] Result<std::vector<Withdrawal>> settle_earlier();
    [[nodiscard]] Result<rpc::LatestBlockhash> latest_blockhash();
    // On disk, sent, and followed until each has an outcome that the journal and the books have
    // too. An error: nothing was sent, or it is open yet and the next command begins with it.
    [[nodiscard]] Result<void> carry(std::span<Withdrawal> all);
    // Until no block takes any more what an earlier process signed with this last valid height.
    // False: it is time to stop.
    [[nodiscard]] bool await_height(BlockHeight height);
    [[nodiscard]] bool is_over() const;
    // Of the newest that is settled: what is read must not be older.
    [[nodiscard]] Slot slot_settled() const { return slot_settled_; }

 private:
    void await_belief();
    void send(Withdrawal& withdrawal);
    [[nodiscard]] Result<void> follow(std::span<Withdrawal> all);
    void await_outcomes(std::span<Withdrawal> all);
    void poll(std::span<Withdrawal> all);
    void on_status(Withdrawal& withdrawal, const rpc::SignatureStatus& status);
    void search(Withdrawal& withdrawal);
    void settle(Withdrawal& withdrawal, Slot slot);

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    WalletHands hands_;
    const CourierOptions& options_;
    MonoTime deadline_;
    rpc::HeightHearing finalized_;
    MonoTime since_;  // What is followed was signed then, or before.
    Slot slot_settled_;
};

}  // namespace sniperforge::app
