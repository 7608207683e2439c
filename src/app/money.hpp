// SPDX-License-Identifier: MIT
// The two ends of the pipeline that differ between trading for real and on paper: who brings orders
// to their outcome, and what the books are held against. A daemon has one of the two.
#pragma once

#include <memory>
#include <utility>

#include "app/reconciler.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/execute/executor.hpp"
#include "sniperforge/execute/live_pools.hpp"
#include "sniperforge/execute/order_costs.hpp"
#include "sniperforge/execute/paper_desk.hpp"
#include "sniperforge/execute/shadow_desk.hpp"
#include "sniperforge/feed/feed.hpp"
#include "sniperforge/signer/policy_signer.hpp"

namespace sniperforge::app {

// What trading for real needs: a key, senders, and a chain that the books must equal.
struct RealMoney {
    struct Parts {
        signer::SigningKey wallet;
        std::unique_ptr<execute::Jupiter> quotes;
    };
    // What the same orders would be on paper.
    struct Shadow {
        const feed::Feed& feed;
        engine::Recorder& recorder;
        std::uint64_t seed = 0;
    };
    RealMoney(net::Reactor& reactor, rpc::RpcClient& client, Parts parts, execute::Lanes& lanes,
              const config::Settings& settings, engine::Pipeline& pipeline,
              engine::RecordKeeper& records, EarlierRuns earlier, const Shadow& beside);

    // Token accounts that are open since earlier runs.
    void know_accounts(const portfolio::Portfolio& books);

    std::unique_ptr<execute::Jupiter> jupiter;
    signer::PolicySigner signer;
    execute::ShadowDesk shadow;  // What the pipeline is connected to.
    execute::Executor executor;
    Reconciler reconciler;
};

// What stands in its place on paper: nothing that could sign, and books that nobody else has.
struct PaperMoney {
    PaperMoney(net::Reactor& reactor, rpc::RpcClient& client, execute::Lanes& lanes,
               const config::Settings& settings, const feed::Feed& feed, engine::Pipeline& pipeline,
               engine::Recorder& recorder, std::uint64_t seed)
        : pools{pipeline.book()},
          costs{reactor, client, &lanes, pipeline.book(), settings.execution},
          desk{{.clock = reactor,
                .pools = pools,
                .events = pipeline,
                .token_account_rent = {},
                .costs = &costs,
                .slots_late_max = execute::PaperDesk::kSlotsLateMax,
                .is_feed_lost = [&feed] { return feed.is_blind(); },
                .write_down = [&recorder] { recorder.write_through(); }},
               settings.execution,
               settings.paper,
               seed} {}

    // Of what is held since earlier runs the token accounts are there, and their rent is paid.
    void know_accounts(const portfolio::Portfolio& books) {
        for (const PositionView& position : books.positions()) {
            desk.know_account(position.mint);
        }
    }

    execute::LivePools pools;
    execute::OrderCosts costs;
    execute::PaperDesk desk;
};

}  // namespace sniperforge::app
