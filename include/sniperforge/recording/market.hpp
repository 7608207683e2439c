// SPDX-License-Identifier: MIT
// Market: what a recorded run was told of the chain, and nothing of what it did itself: for another
// pipeline, which decides by itself (backtest/recording_run.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/engine/records.hpp"
#include "sniperforge/execute/offer.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/safety.hpp"
#include "sniperforge/model/transaction.hpp"
#include "sniperforge/recording/format.hpp"
#include "sniperforge/solana/metaplex_metadata.hpp"

namespace sniperforge::recording {

// Told in the order of the recording. What came from inside another call is told behind that.
class MarketListener {
 public:
    virtual ~MarketListener() = default;
    // Before whatever the recorded run was told at this time.
    virtual void on_time(MonoTime mono, WallTime wall) = 0;
    // Outcomes of signatures are the recorded run's own, and left out.
    virtual void on_update(const ChainUpdate& update, Trace& trace) = 0;
    virtual void on_transaction(const ChainTransaction& transaction) = 0;
    virtual void on_round(VenueId venue, bool is_complete) = 0;
    virtual void on_funder(const Pubkey& account, const std::optional<Pubkey>& funder) = 0;
    virtual void on_holders(const Pubkey& mint, const std::optional<HolderReading>& reading) = 0;
    virtual void on_metadata(const Pubkey& mint,
                             const std::optional<solana::MetaplexMetadata>& metadata) = 0;
    virtual void on_round_trip(const Pubkey& mint, const RoundTripReading& reading) = 0;
    virtual void on_tick(MonoTime now) = 0;
    // What earlier runs had seen of creators.
    virtual void on_creators(const engine::CreatorBook& known) = 0;
    // What was there is known: from now on the recorded run could trade.
    virtual void on_live() = 0;
    // What it was answered: what an order offered then, and the rent of a token account.
    virtual void on_offer(const execute::Offer& offer) = 0;
    virtual void on_rent(Lamports rent) = 0;
};

class MarketReader {
 public:
    // An error: it is no recording, or none that this version reads.
    [[nodiscard]] static Result<std::unique_ptr<MarketReader>> open(const std::string& path);
    ~MarketReader();
    MarketReader(const MarketReader&) = delete;
    MarketReader& operator=(const MarketReader&) = delete;

    [[nodiscard]] const Header& header() const;
    // What the next call told. False: there is no more.
    [[nodiscard]] bool tell_next(MarketListener& listener);
    // Then: what is wrong with the file; empty where its end was reached.
    [[nodiscard]] const std::string& problem() const;
    // Otherwise it was only cut.
    [[nodiscard]] bool is_damaged() const;
    [[nodiscard]] const std::optional<Totals>& totals() const;
    // Settings that were reloaded, and orders of people.
    [[nodiscard]] std::uint64_t reloads() const;
    [[nodiscard]] std::uint64_t commands() const;

 private:
    struct State;
    explicit MarketReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// By what it begins with.
[[nodiscard]] bool is_recording(const std::string& path);

// What a market has, read from end to end.
struct MarketSurvey {
    Header header;
    std::string cut;  // Why it ends before its run did; empty: it has all of it.
    WallTime begun, ended;
    Slot slot_first, slot_last;
    std::uint64_t calls = 0;  // MarketReader::tell_next() that told something.
    // Of all that was told.
    std::uint64_t updates = 0, slots = 0, transactions = 0, look_ups = 0, ticks = 0;
    std::uint64_t rounds = 0;                 // Over the venues' newest transactions.
    std::uint64_t reloads = 0, commands = 0;  // Not told.
    bool is_live = false;                     // The run could trade at some time.
    bool has_offers = false;
    bool has_round_trips = false;  // That nodes tried.
    [[nodiscard]] std::uint64_t events() const {
        return updates + transactions + look_ups + ticks + rounds;
    }
};
// An error, with the place: it is damaged, or as open() says. Cut is no error.
[[nodiscard]] Result<MarketSurvey> survey_market(const std::string& path);

}  // namespace sniperforge::recording
