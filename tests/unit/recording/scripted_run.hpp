// SPDX-License-Identifier: MIT
// A pipeline whose stages are scripts, recorded.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "recording/player.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/recording/recording.hpp"
#include "unit/dex/book_support.hpp"
#include "unit/recording/recording_support.hpp"

namespace sniperforge::recording::test {

inline const dex::test::TestPool kPriced{.number = 1, .mint_b = solana::kUsdcMint};
inline constexpr Lamports kOwnRent{2'039'280};

// Takes all of it, and is its digest.
struct Journal final : engine::RecordKeeper {
    bool record(engine::RecorderItem item, WallTime /*at*/) override {
        if (is_full) {
            return false;
        }
        bodies.push_back(engine::body_of(item));
        digest.add(engine::kind_of(item), bodies.back());
        return true;
    }
    bool record_signed(const OrderIntent& /*intent*/, const engine::OrderSigned& order,
                       WallTime at) override {
        return record(order, at);
    }
    [[nodiscard]] bool is_pressed() const override { return is_full; }
    [[nodiscard]] bool has_failed() const override { return false; }
    void write_waiting() override {}
    std::vector<std::string> bodies;
    journal::DecisionDigest digest;
    bool is_full = false;
};

struct Unheard : feed::Watcher {
    void watch(std::span<const Pubkey>, feed::Priority) override {}
    void watch_together(std::span<const Pubkey>, feed::Priority) override {}
    void unwatch(std::span<const Pubkey>) override {}
    void set_priority(std::span<const Pubkey>, feed::Priority) override {}
    void read_holdings(const Pubkey&) override {}
    void watch_signature(const Signature&) override {}
    void on_tick(MonoTime) override {}
};

// Signs, sends and lands each order from inside submit(); advances one nonce, once.
struct QuickDesk final : execute::OrderDesk {
    void submit(const ApprovedOrder& order, const Trace& trace,
                const execute::SubmitHints& /*hints*/) override {
        const OrderIntent& intent = order.intent();
        const auto signature = Signature::from(Bytes(64, ++signed_count));
        last = intent.intent_id;
        (void)events->recheck(intent);
        if (is_leasing ? events->on_leased(intent, signature, {})
                       : events->on_signed(intent, signature, BlockHeight{900})) {
            events->on_sent(intent, trace, false);
            events->on_path({.intent_id = intent.intent_id, .taken = OrderPath::JupiterV2Order});
        }
        ExecutionReport report = report_on(intent);
        report.outcome = Outcome::Landed;
        report.signature = signature;
        report.slot = Slot{7};
        report.fill.base_fee = Lamports{5'000};
        if (intent.kind != OrderKind::Sweep) {
            report.fill.wallet = LamportsDelta{-10'005'000};
            report.fill.tokens = {{intent.mint_out, TokenDelta{900'000}}};
        }
        events->on_report(report);
    }
    void resume(const OrderIntent&, const Signature&, BlockHeight,
                const std::optional<NonceLease>&) override {}
    void resume(const ExecutionReport&, BlockHeight, const std::optional<NonceLease>&) override {}
    void resume_fees(Lamports) override {}
    void start() override {}
    [[nodiscard]] bool is_ready() const override { return true; }
    [[nodiscard]] bool is_signing() const override { return !is_on_paper; }
    [[nodiscard]] std::span<const dex::SwapOutstanding> own_swaps() const override { return swaps; }
    [[nodiscard]] execute::Offer offer(std::optional<PoolIndex>) const override {
        return {ComputeUnitPrice{1'000}};
    }
    void expect_orders(PoolIndex) override {}
    [[nodiscard]] Lamports token_account_rent() const override { return kOwnRent; }
    [[nodiscard]] std::vector<Pubkey> take_nonces_due(MonoTime, bool) override {
        return std::exchange(nonces, {});
    }
    [[nodiscard]] Lamports nonce_advance_cost() const override { return Lamports{5'000}; }
    void advance(const SignatureUpdate&) override {}
    void on_tick(MonoTime) override {}
    [[nodiscard]] std::size_t in_flight() const override { return 0; }
    [[nodiscard]] std::size_t fills_doubted() const override { return 0; }
    [[nodiscard]] const execute::ExecutorStatistics& statistics() const override { return none; }

    execute::ExecuteEvents* events = nullptr;
    std::uint8_t signed_count = 0;
    IntentId last;
    bool is_leasing = false, is_on_paper = false;
    std::vector<dex::SwapOutstanding> swaps;
    std::vector<Pubkey> nonces;
    execute::ExecutorStatistics none{};
};

struct NoTransactions : feed::TransactionLookups {
    void look_up(const Pubkey&) override {}
    void look_up(const Signature&) override {}
    void on_tick(MonoTime) override {}
    [[nodiscard]] bool is_checking() const override { return false; }
};
struct NoFunders final : feed::FunderLookups {
    [[nodiscard]] bool look_up(const Pubkey&) override { return false; }
    void on_tick(MonoTime) override {}
};
struct NoHolders final : feed::HolderLookups {
    [[nodiscard]] bool look_up(const Pubkey&, const Pubkey&) override { return true; }
    [[nodiscard]] bool look_up_names(const Pubkey&) override { return true; }
    void on_tick(MonoTime) override {}
    [[nodiscard]] const feed::HolderReaderStatistics& statistics() const override { return none; }
    feed::HolderReaderStatistics none{};
};

struct NoRoundTrips final : feed::RoundTripLookups {
    [[nodiscard]] bool try_round_trip(const Pubkey&, BytesView, std::size_t) override {
        ++asked;
        return true;
    }
    std::size_t asked = 0;
};

class ScriptedRun : public RecordingFile {
 protected:
    ScriptedRun() {
        settings.arbitrage.is_enabled = settings.sniper.is_enabled = false;
        settings.momentum.is_enabled = false;
        Header with = header();
        with.settings = settings_text(settings);
        with.begun_wall = reactor.wall_now();
        recording =
            std::move(*Recording::open({.path = path, .is_threaded = false}, with, reactor));
        keeper = &recording->keep(journal);
        pipeline = recording->pipeline(settings);
        desk.events = pipeline.get();
        pipeline->connect(watcher, desk);
        pipeline->trade_for(dex::test::key_of(77));
    }
    void tell(const ChainUpdate& update) {
        reactor.run_until(reactor.now() + std::chrono::milliseconds{3});
        Trace trace;
        pipeline->on_chain_update(update, trace);
    }
    // A pool of 100 USD a SOL, then two purchases that a person orders and the desk makes.
    void buy_twice() {
        pipeline->start({Lamports{10 * kLamportsPerSol}, {}}, Hash{});
        open_market();
        enter();
        tell(kPriced.account_b(101'000'000'000).at(6));
        enter();
        pipeline->on_tick(reactor.now());
    }
    void open_market() {
        for (const auto& account :
             {kPriced.account(), dex::test::config_account(kPriced.config),
              kPriced.account_a(1'000 * kLamportsPerSol), kPriced.account_b(100'000'000'000)}) {
            tell(account.at(5));
        }
        tell(FeedRestored{"a"});
        pipeline->go_live();
        tell(SlotUpdate{Slot{6}, Slot{5}, Slot{1}});
    }
    void enter() { (void)pipeline->enter({PoolIndex{0}, Lamports{10'000'000}, BasisPoints{100}}); }
    void close() { ASSERT_TRUE(recording->close(journal.digest.text())); }
    // Replays with each frame changed on its way.
    [[nodiscard]] ReplayResult replay_changed(const std::function<void(Frame&)>& change) const {
        auto reader = Reader::open(path);
        SF_ASSERT(reader.has_value());
        const auto loaded = config::load_text((*reader)->header().settings, "settings");
        SF_ASSERT(loaded.has_value());
        ReplayResult result;
        FrameReader frames{**reader, result};
        Player player{*loaded, result};
        while (auto next = frames.next()) {
            if (auto* frame = std::get_if<Frame>(&*next)) {
                change(*frame);
                player.play(*frame);
            }
        }
        EXPECT_EQ(player.problem(), "");
        result.sha256_recorded = frames.sha256();
        result.sha256_replayed = player.sha256();
        return result;
    }

    net::VirtualReactor reactor;
    config::Settings settings;
    Journal journal;
    Unheard watcher;
    QuickDesk desk;
    std::unique_ptr<Recording> recording;
    engine::RecordKeeper* keeper = nullptr;
    std::unique_ptr<engine::Pipeline> pipeline;
};

}  // namespace sniperforge::recording::test
