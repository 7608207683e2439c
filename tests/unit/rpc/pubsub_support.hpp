// SPDX-License-Identifier: MIT
// A PubSub client of a fake node, and what it told its owner.
#pragma once

#include <gtest/gtest.h>

#include "sniperforge/rpc/pubsub.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::rpc::test {

using namespace sniperforge::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Listener final : PubSubEvents {
    struct Account {
        Pubkey pubkey;
        Slot slot;
        Lamports lamports;
        Bytes data;
    };
    void on_update(const ChainUpdate& update, std::uint32_t tag, MonoTime received) override {
        received_at = received;
        last_tag = tag;
        if (const auto* account = std::get_if<AccountUpdate>(&update)) {
            accounts.push_back({account->pubkey, account->slot, account->lamports,
                                Bytes{account->data.begin(), account->data.end()}});
        } else if (const auto* slot = std::get_if<SlotUpdate>(&update)) {
            slots.push_back(slot->slot);
        } else if (const auto* signature = std::get_if<SignatureUpdate>(&update)) {
            signatures.emplace_back(signature->signature, signature->error);
        } else if (const auto* logs = std::get_if<LogsUpdate>(&update)) {
            lines.assign(logs->lines.begin(), logs->lines.end());
        }
    }
    void on_account_subscribed(std::uint32_t tag) override { acknowledged.push_back(tag); }
    void on_account_refused(std::uint32_t tag) override { refused.push_back(tag); }
    void on_subscribed() override { ++subscribed; }
    void on_lost(const Error& reason) override { lost.push_back(reason.text); }
    void on_problem(const Error& problem) override { problems.push_back(problem.text); }

    std::vector<Account> accounts;
    std::vector<Slot> slots;
    std::vector<std::pair<Signature, std::string>> signatures;
    std::vector<std::string> lines, lost, problems;
    MonoTime received_at;
    std::vector<std::uint32_t> acknowledged, refused;
    std::uint32_t last_tag = 0;
    int subscribed = 0;
};

class PubSubTest : public testing::Test {
 protected:
    explicit PubSubTest(std::size_t chunk_max = 0)
        : reactor_{net::VirtualOptions{.chunk_max = chunk_max}}, node_{reactor_, 1000} {}

    [[nodiscard]] PubSubOptions options() const {
        return {.name = "node",
                .url = node_.pubsub_url(),
                .api_key = {},
                .api_key_header = {},
                .commitment = Commitment::Processed,
                .reconnect_delay_min = milliseconds{100},
                .reconnect_delay_max = seconds{10},
                .seed = 1};
    }
    void run(Duration duration = milliseconds{50}) {
        sniperforge::test::run_for(reactor_, duration);
    }

    net::VirtualReactor reactor_;
    FakeNode node_;
    Listener listener_;
};

}  // namespace sniperforge::rpc::test
