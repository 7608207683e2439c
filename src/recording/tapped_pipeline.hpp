// SPDX-License-Identifier: MIT
// The pipeline with a tap at each of its edges. What it calls of itself is no call: a replay makes
// it again by itself.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "recording/tapped_desk.hpp"
#include "recording/tapped_stages.hpp"
#include "sniperforge/engine/pipeline.hpp"

namespace sniperforge::recording {

// Before the pipeline, which refers to it.
struct TappedEdges {
    TappedEdges(Tap& tap, const Clock& real) : clock{tap, real} {}
    TappedClock clock;
    std::optional<TappedWatcher> feed;
    std::optional<TappedDesk> desk;
    std::optional<TappedTransactions> transactions;
    std::optional<TappedFunders> funders;
    std::optional<TappedHolders> holders;
    std::optional<TappedRoundTrips> round_trips;
};

class TappedPipeline final : private TappedEdges, public engine::Pipeline {
 public:
    // `keeper` is a tapped one.
    TappedPipeline(Tap& tap, const Clock& real, const config::Settings& settings,
                   engine::RecordKeeper& keeper)
        : TappedEdges{tap, real},
          Pipeline{clock, settings, keeper},
          tap_{tap},
          settings_{settings} {}

    void connect(feed::Watcher& watcher, execute::OrderDesk& executor) override;
    void connect(feed::TransactionLookups& reader) override;
    void connect(feed::FunderLookups& reader) override;
    void connect(feed::HolderLookups& reader) override;
    void connect_round_trips(feed::RoundTripLookups& reader) override;
    void trade_for(const Pubkey& wallet) override;
    void know_creators(engine::CreatorBook known) override;
    void start(const portfolio::ChainBalances& balances, const Hash& genesis) override;
    void resume(engine::History history, const Hash& genesis) override;
    void rebuild(const std::vector<engine::RecoveredOrder>& orders,
                 const portfolio::ChainBalances& chain, const Hash& genesis, IntentId last,
                 const std::optional<std::vector<portfolio::BalanceMismatch>>& doubted) override;
    void note_past(const engine::PastRuns& past) override;
    void hold_again(engine::HeldCauses held, bool is_drawdown_accepted) override;
    void recover(const std::vector<engine::RecoveredOrder>& orders) override;
    void adopt_outside() override;
    void go_live() override;

    void on_chain_update(const ChainUpdate& update, Trace& trace) override;
    void on_transaction(const ChainTransaction& transaction) override;
    void on_round(VenueId venue, bool is_complete) override;
    void on_funder(const Pubkey& account, const std::optional<Pubkey>& funder) override;
    void on_holders(const Pubkey& mint, const std::optional<HolderReading>& reading) override;
    void on_metadata(const Pubkey& mint,
                     const std::optional<solana::MetaplexMetadata>& metadata) override;
    void on_round_trip(const Pubkey& mint, const RoundTripReading& reading) override;
    void on_tick(MonoTime now) override;
    void settings_changed() override;

    [[nodiscard]] std::optional<Denial> recheck(const OrderIntent& intent) override;
    [[nodiscard]] bool on_signed(const OrderIntent& intent, const Signature& signature,
                                 BlockHeight last_valid_height) override;
    [[nodiscard]] bool on_leased(const OrderIntent& intent, const Signature& signature,
                                 const NonceLease& lease) override;
    void on_sent(const OrderIntent& intent, const Trace& trace, bool was_jupiter_asked) override;
    void on_path(const PathChoice& choice) override;
    void on_report(const ExecutionReport& report) override;
    void on_unbuildable(const OrderIntent& intent) override;
    void on_finalized(const OrderFinalized& order) override;
    void on_reversed(const OrderReversed& order) override;

    [[nodiscard]] Result<void, strategy::ManualRefusal> enter(
        const strategy::ManualEntry& entry) override;
    void flatten() override;
    void halt() override;
    void lose_key() override;
    void reconciled() override;
    using Pipeline::books_differ;
    void books_differ(std::span<const portfolio::BalanceMismatch> mismatches,
                      const std::string& figures) override;
    void adopt(const portfolio::ChainBalances& chain) override;
    void begin_check(const portfolio::ChainBalances& chain) override;
    void end_check() override;
    void take_in(const portfolio::Gift& gift) override;
    void begin_rung(engine::RungBegun begun) override;
    void enforce_ladder() override;
    [[nodiscard]] engine::OperatorAnswer obey(const engine::OperatorCommand& command) override;
    [[nodiscard]] Result<void> prepare_resume(const engine::OperatorCommand& command) override;
    [[nodiscard]] engine::OperatorAnswer let_go() override;
    void withdrawn(const engine::WithdrawalSettled& withdrawal) override;
    void know_accounts(std::span<const OwnTokenAccount> accounts) override;

 private:
    template <typename Run, typename... Args>
    decltype(auto) call(Kind kind, Run&& run, const Args&... args) {
        if (tap_.is_inside()) {
            return run();
        }
        const Tap::Call told{tap_, kind, args...};
        return run();
    }

    Tap& tap_;
    const config::Settings& settings_;
};

}  // namespace sniperforge::recording
