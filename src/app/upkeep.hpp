// SPDX-License-Identifier: MIT
// Carries the transactions of upkeep: signed, in the journal before they are sent, followed until
// nothing can change any more, and booked. One after the other, on a reactor that it runs itself.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/rescue_sweep.hpp"
#include "app/withdrawal_courier.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/signer/upkeep.hpp"

namespace sniperforge::app {

struct UpkeepOptions {
    Pubkey wallet;
    config::ExecutionSettings execution;
    Duration patience = std::chrono::seconds{600};
    std::function<bool()> is_stop_requested{};
    std::function<void(const std::string&)> progress{};
};

// One that landed.
struct UpkeepDone {
    signer::UpkeepKind kind = signer::UpkeepKind::TableCreate;
    Pubkey account;
    Signature signature;
    Fill fill;  // With what is rent in it.
};

// {"what","account","signature","fees","rent_paid","rent_refunded"} of each, as a list.
[[nodiscard]] std::string upkeep_json(const std::vector<UpkeepDone>& done);
[[nodiscard]] std::string upkeep_line(const UpkeepDone& done);

class Upkeep {
 public:
    Upkeep(net::Reactor& reactor, rpc::RpcClient& rpc, SweepHands hands,
           const UpkeepOptions& options);

    // What an earlier process left without an outcome is followed to it first: what is read from
    // the chain then is what there is.
    [[nodiscard]] Result<void> settle_earlier();
    // Until it is in a finalized block. An error says what became of it: nothing was done, or it is
    // open yet and the next command begins with it. `what` without its cost_max.
    [[nodiscard]] Result<void> carry(signer::UpkeepPolicy what);
    // The same, where a refusal by every node is no failure: false. It may be too early.
    [[nodiscard]] Result<bool> try_to(signer::UpkeepPolicy what);

    [[nodiscard]] const std::vector<UpkeepDone>& done() const { return done_; }
    // Of the newest that landed: what is read must not be older.
    [[nodiscard]] Slot slot_settled() const { return slot_settled_; }
    [[nodiscard]] bool is_over() const { return courier_.is_over(); }
    void wait(Duration duration) { let_pass(reactor_, duration); }

 private:
    [[nodiscard]] Result<Withdrawal> sign(const signer::UpkeepPolicy& what);
    [[nodiscard]] Result<void> follow(std::vector<Withdrawal>& all);

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    SweepHands hands_;
    const UpkeepOptions& options_;
    WithdrawalCourier courier_;
    std::vector<UpkeepDone> done_;
    Slot slot_settled_;
};

// How the second of two endpoints differs about one account; empty where it says the same.
[[nodiscard]] std::string upkept_difference(const std::optional<rpc::AccountData>& one,
                                            const std::optional<rpc::AccountData>& other);

// What two endpoints say about accounts, at finalized. An error where they could not be asked.
struct UpkeptRead {
    std::vector<std::optional<rpc::AccountData>> accounts;
    // For each: how the second endpoint differs; empty where it says the same.
    std::vector<std::string> differences;
    Slot slot;
    bool is_confirmed = false;  // Two have been asked.
};
[[nodiscard]] Result<UpkeptRead> read_upkept(net::Reactor& reactor, rpc::RpcClient& rpc,
                                             const std::vector<Pubkey>& accounts, Slot slot_min);

}  // namespace sniperforge::app
