// SPDX-License-Identifier: MIT
// Carries the transactions of upkeep: signed, in the journal before they are sent, followed until
// nothing can change any more, and booked. One after the other, on a reactor that it runs itself.
#pragma once

#include <string>
#include <vector>

#include "app/withdrawal_courier.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/signer/upkeep.hpp"

namespace sniperforge::app {

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
// Behind why it ended early.
[[nodiscard]] std::string done_before(const std::vector<UpkeepDone>& done);

class Upkeep {
 public:
    Upkeep(net::Reactor& reactor, rpc::RpcClient& rpc, WalletHands hands,
           const CourierOptions& options);

    // First of all.
    [[nodiscard]] Result<void> settle_earlier();
    // Until it is in a finalized block. An error says what became of it: nothing was done, or it is
    // open yet and the next command begins with it. `what` without its cost_max.
    [[nodiscard]] Result<void> carry(signer::UpkeepPolicy what);
    // The same, where a refusal by every node is no failure: false. It may be too early.
    [[nodiscard]] Result<bool> try_to(signer::UpkeepPolicy what);

    [[nodiscard]] const std::vector<UpkeepDone>& done() const { return done_; }
    [[nodiscard]] Slot slot_settled() const { return courier_.slot_settled(); }
    [[nodiscard]] bool is_over() const { return courier_.is_over(); }
    void wait(Duration duration) { let_pass(reactor_, duration); }

 private:
    [[nodiscard]] Result<Withdrawal> sign(const signer::UpkeepPolicy& what);

    net::Reactor& reactor_;
    signer::PolicySigner& signer_;
    const CourierOptions& options_;
    WithdrawalCourier courier_;
    std::vector<UpkeepDone> done_;
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
