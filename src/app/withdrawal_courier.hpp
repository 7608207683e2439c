// SPDX-License-Identifier: MIT
// Sends withdrawals and follows them until nothing can change any more: in a finalized block, or
// expired. One step after the other on a reactor that it runs itself: nothing else goes on here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::app {

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
    struct Options {
        Pubkey wallet;
        Duration poll_interval, rebroadcast_interval;
        MonoTime deadline;  // What is not settled then is left to the next time.
        std::function<bool()> is_stop_requested{};
    };
    WithdrawalCourier(net::Reactor& reactor, rpc::RpcClient& rpc, Options options);

    // To every endpoint, each looking at it first.
    void send(Withdrawal& withdrawal);
    // Until each is settled, or refused by every node that was asked, or it is time to stop.
    void follow(std::vector<Withdrawal>& withdrawals);
    // Until the finalized height is above it. False: it is time to stop.
    [[nodiscard]] bool await_height(BlockHeight height);
    [[nodiscard]] bool is_over() const;

 private:
    void poll(std::vector<Withdrawal>& withdrawals);
    void on_status(Withdrawal& withdrawal, const rpc::SignatureStatus& status);
    void search(Withdrawal& withdrawal);
    void settle(Withdrawal& withdrawal, Slot slot);

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    Options options_;
    rpc::ChainHeight finalized_;
};

}  // namespace sniperforge::app
