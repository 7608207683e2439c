// SPDX-License-Identifier: MIT
// A feed over fake nodes (feed_node.hpp) under virtual time, and what the pipeline hears of it.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sniperforge/feed/feed.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "unit/feed/feed_node.hpp"

namespace sniperforge::feed::test {

using Lines = std::vector<std::string>;

// What the pipeline heard, one line each; slots apart.
struct Listener final : FeedEvents {
    void on_chain_update(const ChainUpdate& update, Trace& trace) override {
        EXPECT_LE(trace.received, trace.decoded);
        if (const auto* account = std::get_if<AccountUpdate>(&update)) {
            if (is_keeping_accounts) {
                lines.push_back(fmt::format(
                    "{} {} slot {} lamports {}", account->is_read ? "read" : "account",
                    account->pubkey.bytes[0], account->slot.value, account->lamports.raw()));
            }
            state[account->pubkey] = account->lamports.raw();
            ++accounts;
            if (on_account) {
                on_account(*account);
            }
        } else if (const auto* slot = std::get_if<SlotUpdate>(&update)) {
            slots.push_back(slot->slot.value);
        } else if (const auto* lost = std::get_if<FeedLost>(&update)) {
            lines.push_back(fmt::format("lost {}", lost->endpoint));
            reason = lost->reason;
        } else if (const auto* restored = std::get_if<FeedRestored>(&update)) {
            lines.push_back(fmt::format("restored {}", restored->endpoint));
        } else if (const auto* blind = std::get_if<AccountsLost>(&update)) {
            lines.push_back("blind" + numbers(blind->accounts));
            reason = blind->reason;
            for (const Pubkey& key : blind->accounts) {
                EXPECT_TRUE(blind_now.insert(key).second) << "told twice";
            }
        } else if (const auto* heard = std::get_if<AccountsRestored>(&update)) {
            lines.push_back("heard" + numbers(heard->accounts));
            for (const Pubkey& key : heard->accounts) {
                EXPECT_EQ(blind_now.erase(key), 1U) << "was not blind";
            }
        } else if (const auto* logs = std::get_if<LogsUpdate>(&update)) {
            lines.push_back(fmt::format("logs {} slot {} {}", logs->signature.bytes[0],
                                        logs->slot.value, logs->lines[0]));
        } else if (const auto* signature = std::get_if<SignatureUpdate>(&update)) {
            lines.push_back(fmt::format("signature {} slot {}", signature->signature.bytes[0],
                                        signature->slot.value));
        }
    }
    static std::string numbers(std::span<const Pubkey> accounts) {
        std::string text;
        for (const Pubkey& account : accounts.first(std::min<std::size_t>(accounts.size(), 9))) {
            text += fmt::format(" {}", account.bytes[0]);
        }
        return text;
    }
    Lines take() { return std::exchange(lines, {}); }

    Lines lines;
    std::vector<std::uint64_t> slots;
    std::string reason;
    std::map<Pubkey, std::uint64_t> state;
    std::set<Pubkey> blind_now;
    std::size_t accounts = 0;
    bool is_keeping_accounts = true;
    std::function<void(const AccountUpdate&)> on_account;
};

class FeedFixture : public testing::Test {
 protected:
    FeedFixture() {
        settings_.is_watching_new_pools = false;
        settings_.audit_interval = Duration{0};
    }
    void make(const std::vector<config::EndpointSettings>& endpoints) {
        config::NetworkSettings network;
        network.endpoints = endpoints;
        std::vector<rpc::Endpoint> pool;
        for (const config::EndpointSettings& endpoint : endpoints) {
            pool.push_back({.name = endpoint.name,
                            .url = endpoint.rpc_url,
                            .api_key = {},
                            .api_key_header = {},
                            .requests_per_second = 10'000,
                            .connections = 4});
        }
        rpc_.emplace(reactor_, pool);
        feed_.emplace(reactor_, *rpc_, network, settings_, listener_);
    }
    void run(Duration duration = milliseconds{50}) {
        const MonoTime end = reactor_.now() + duration;
        while (reactor_.now() < end) {
            sniperforge::test::run_for(reactor_,
                                       std::min<Duration>(milliseconds{50}, end - reactor_.now()));
            feed_->on_tick(reactor_.now());
        }
    }
    // The next slot, on the one before unless told otherwise.
    void next_slot(const std::vector<Node*>& nodes, std::optional<std::uint64_t> parent = {}) {
        const std::uint64_t before = world_.slot++;
        for (Node* node : nodes) {
            node->tell_slot(world_.slot, parent.value_or(before));
        }
        run(milliseconds{400});
    }
    void run_slots(int count, const std::vector<Node*>& nodes) {
        for (int i = 0; i < count; ++i) {
            next_slot(nodes);
        }
    }
    // Written in the current slot, told by these nodes.
    void write(const Pubkey& account, std::uint64_t lamports, const std::vector<Node*>& nodes) {
        world_.lamports[account] = lamports;
        for (Node* node : nodes) {
            node->tell_account(account, world_.slot, lamports);
        }
        run(milliseconds{20});
    }
    void start_sighted(const std::vector<Pubkey>& accounts, const std::vector<Node*>& nodes,
                       Priority priority = Priority::Scanned) {
        feed_->watch(accounts, priority);
        feed_->start();
        run();
        run_slots(2, nodes);
        ASSERT_FALSE(feed_->is_blind());
        listener_.take();
    }
    // Everything that the pipeline holds is what the chain says.
    void expect_no_lost_update() const {
        for (const auto& [account, lamports] : world_.lamports) {
            const auto held = listener_.state.find(account);
            ASSERT_NE(held, listener_.state.end());
            EXPECT_EQ(held->second, lamports) << account.to_string();
        }
    }

    net::VirtualReactor reactor_;
    World world_;
    Node a_{reactor_, world_, 1000, "a"};
    Node b_{reactor_, world_, 2000, "b"};
    Node c_{reactor_, world_, 3000, "c"};
    config::FeedSettings settings_;
    Listener listener_;
    std::optional<rpc::RpcClient> rpc_;
    std::optional<Feed> feed_;
};

}  // namespace sniperforge::feed::test
