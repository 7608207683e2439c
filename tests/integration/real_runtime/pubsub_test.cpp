// SPDX-License-Identifier: MIT
// The daemon's PubSub over a real WebSocket: what the runtime did arrives as updates.
#include "sniperforge/rpc/pubsub.hpp"

#include <fmt/format.h>

#include "integration/real_runtime/node.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::real_runtime {
namespace {

using namespace solana;

// Keeps what arrives, and stops the reactor at each event so that the test can look.
class Recorder : public rpc::PubSubEvents {
 public:
    explicit Recorder(net::Reactor& reactor) : reactor_{reactor} {}
    void on_update(const ChainUpdate& update, std::uint32_t /*tag*/,
                   MonoTime /*received*/) override {
        if (const auto* slot = std::get_if<SlotUpdate>(&update)) {
            slots.push_back(slot->slot);
        } else if (const auto* account = std::get_if<AccountUpdate>(&update)) {
            balances.emplace_back(account->pubkey, account->lamports);
        } else if (const auto* logs = std::get_if<LogsUpdate>(&update)) {
            logged.push_back(logs->signature);
            log_lines.assign(logs->lines.begin(), logs->lines.end());
        } else if (const auto* outcome = std::get_if<SignatureUpdate>(&update)) {
            outcomes.emplace_back(outcome->signature, std::string{outcome->error});
        }
        reactor_.stop();
    }
    void on_subscribed() override {
        is_subscribed = true;
        reactor_.stop();
    }
    void on_lost(const Error& reason) override { fail_at_once(reason); }
    void on_problem(const Error& problem) override { fail_at_once(problem); }

    bool is_subscribed = false;
    std::vector<Slot> slots;
    std::vector<std::pair<Pubkey, Lamports>> balances;
    std::vector<Signature> logged;
    std::vector<std::string> log_lines;
    std::vector<std::pair<Signature, std::string>> outcomes;

 private:
    void fail_at_once(const Error& error) {
        ADD_FAILURE() << error.text;
        reactor_.stop();
    }
    net::Reactor& reactor_;
};

class Notifications : public RealRuntime {
 protected:
    Notifications()
        : recorder_{node_.reactor()},
          pubsub_{node_.reactor(),
                  {.name = "litesvm",
                   .url = fmt::format("ws://127.0.0.1:{}/", node_port()),
                   .api_key = {},
                   .api_key_header = {}},
                  recorder_} {}
    template <typename Condition>
    void run_until(Condition is_met) {
        while (!is_met() && !HasFailure()) {
            node_.reactor().run();
        }
    }
    Recorder recorder_;
    rpc::PubSub pubsub_;
};

TEST_F(Notifications, TellWhatATransferDid) {
    const Keypair to = new_keypair();
    const Bytes wire =
        build({.instructions = {system_transfer({payer_key(), to.public_key(), kAmount})}},
              node_.latest_blockhash().blockhash);
    pubsub_.subscribe_slots();
    pubsub_.subscribe_account(to.public_key());
    pubsub_.subscribe_logs(to.public_key());
    pubsub_.subscribe_signature(signature_of(wire), Commitment::Confirmed);
    pubsub_.start();
    run_until([&] { return recorder_.is_subscribed; });

    const auto detail = expect_landed(wire, {.fee = Lamports{5'000}, .paid = kAmount});
    run_until([&] {
        return !recorder_.slots.empty() && !recorder_.balances.empty() &&
               !recorder_.logged.empty() && !recorder_.outcomes.empty();
    });
    EXPECT_EQ(recorder_.slots.back(), detail.slot.plus(1));  // The block after it was begun.
    EXPECT_EQ(recorder_.balances, (std::vector{std::pair{to.public_key(), kAmount}}));
    EXPECT_EQ(recorder_.logged, std::vector{signature_of(wire)});
    EXPECT_EQ(recorder_.log_lines,
              (std::vector<std::string>{"Program 11111111111111111111111111111111 invoke [1]",
                                        "Program 11111111111111111111111111111111 success"}));
    EXPECT_EQ(recorder_.outcomes, (std::vector{std::pair{signature_of(wire), std::string{}}}));
}

TEST_F(Notifications, TellThatATransactionReverted) {
    const Draft draft{
        .instructions = {system_transfer({payer_key(), payer_key(), Lamports{1'000'000'000'000}})}};
    const Bytes wire = build(draft, node_.latest_blockhash().blockhash);
    pubsub_.subscribe_slots();
    pubsub_.subscribe_signature(signature_of(wire), Commitment::Confirmed);
    pubsub_.start();
    run_until([&] { return recorder_.is_subscribed; });
    ASSERT_TRUE(node_.send(wire, true));
    run_until([&] { return !recorder_.outcomes.empty(); });
    EXPECT_EQ(recorder_.outcomes,
              (std::vector{std::pair{signature_of(wire),
                                     std::string{R"({"InstructionError":[0,{"Custom":1}]})"}}}));
}

}  // namespace
}  // namespace sniperforge::real_runtime
