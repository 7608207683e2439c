// SPDX-License-Identifier: MIT
#include "sniperforge/feed/transaction_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "feed/alive.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::feed {
namespace {

// Listed for each that is read: many of a program's transactions have failed.
constexpr std::uint32_t kListedPerRead = 4;
constexpr std::uint32_t kListedPerLookup = 8;
// The list of one account serves at most this many.
constexpr std::uint32_t kListedMax = 1'000;
// The first round decides whether a venue may be traded: it reads more, and until something was
// read it is tried again sooner, each time after twice the pause. After a failure, which keeps the
// venue from being traded, that is a minute at most; no sooner, as a node whose plan is used up
// refuses until it is left alone.
constexpr std::uint32_t kFirstRoundFactor = 2;
constexpr Duration kFirstRoundRetry = std::chrono::seconds{5};
constexpr Duration kFailedRetryMax = std::chrono::seconds{60};
// What was heard of at processed has no confirmed transaction for a second or so, and nodes serve
// no other: a look-up of a signature waits for that, so that it is one call and not two.
constexpr Duration kConfirmation = std::chrono::seconds{1};
constexpr Duration kLookupRetry = std::chrono::seconds{2};
constexpr unsigned kLookupAttempts = 4;  // That were answered.
// Where nodes answer nothing, or more is asked for than may be: what is older is no news.
constexpr Duration kLookupAgeMax = std::chrono::seconds{120};
constexpr Duration kLookupsWindow = std::chrono::seconds{60};

struct VenueRound {
    VenueId venue;
    MonoTime due{};
    bool is_first = true;  // Nothing was read yet, or not all that should have been.
    Duration retry = kFirstRoundRetry;
    Slot newest{};  // Listed before: what is not newer was read.
};
struct Lookup {
    std::variant<Pubkey, Signature> of;  // The newest of an account, or this one.
    MonoTime asked{}, due{};
    unsigned attempts = 0;
};
// What is being read now.
struct ReaderWork {
    std::optional<std::size_t> round;  // Else a lookup.
    Lookup lookup{};
    std::deque<Signature> signatures;  // Oldest first.
    std::set<Signature> asked_again;   // Of them, behind the others: listed and not served.
    bool is_complete = true;
    bool is_any_read = false;
};

}  // namespace

struct TransactionReader::State {
    State(net::Reactor& reactor_in, rpc::RpcClient& rpc_in, const config::FeedSettings& settings_in,
          TransactionEvents& events_in)
        : reactor{reactor_in}, rpc{rpc_in}, settings{settings_in}, events{events_in} {
        for (const VenueId venue : venues_of(settings)) {
            rounds.push_back({.venue = venue});
        }
    }

    // Rounds and look-ups by turns where both are due: neither may keep the other waiting for ever.
    void advance(MonoTime now) {
        if (work || !is_started) {
            return;
        }
        const auto round = std::ranges::find_if(
            rounds, [&](const VenueRound& one) { return is_checking() && now >= one.due; });
        const auto lookup = lookup_due(now);
        if (round != rounds.end() && (!was_round || lookup == lookups.end())) {
            was_round = true;
            begin_round(static_cast<std::size_t>(round - rounds.begin()));
        } else if (lookup != lookups.end()) {
            was_round = false;
            work.emplace();
            work->lookup = *lookup;
            lookups.erase(lookup);
            begin_lookup();
        }
    }
    [[nodiscard]] std::deque<Lookup>::iterator lookup_due(MonoTime now) {
        statistics.lookups_lost += std::erase_if(
            lookups, [&](const Lookup& one) { return now - one.asked > kLookupAgeMax; });
        while (!called.empty() && now - called.front() >= kLookupsWindow) {
            called.pop_front();
        }
        return called.size() >= settings.lookups_per_minute
                   ? lookups.end()
                   : std::ranges::find_if(lookups,
                                          [&](const Lookup& one) { return now >= one.due; });
    }
    void begin_lookup() {
        called.push_back(reactor.now());
        if (const auto* account = std::get_if<Pubkey>(&work->lookup.of)) {
            return list(*account, kListedPerLookup);
        }
        work->signatures.push_back(std::get<Signature>(work->lookup.of));
        read_next();
    }
    void look_up(const std::variant<Pubkey, Signature>& of, MonoTime due) {
        if (lookups.size() >= kLookupsMax) {
            ++statistics.lookups_lost;
            return;
        }
        lookups.push_back({of, reactor.now(), due, 0});
    }

    [[nodiscard]] bool is_checking() const { return settings.shape_check_interval > Duration{0}; }

    void begin_round(std::size_t round) {
        work.emplace();
        work->round = round;
        list(dex::program_of(rounds[round].venue),
             std::min(reads_of(rounds[round]) * kListedPerRead, kListedMax));
    }
    [[nodiscard]] std::uint32_t reads_of(const VenueRound& round) const {
        return settings.shape_check_transactions * (round.is_first ? kFirstRoundFactor : 1);
    }

    void list(const Pubkey& account, std::uint32_t limit) {
        rpc.get_signatures_for_address(
            account, limit, {.commitment = Commitment::Confirmed},
            alive.guarded([this](rpc::RpcResult<std::vector<rpc::SignatureRecord>> listed) {
                on_listed(std::move(listed));
            }));
    }

    void on_listed(rpc::RpcResult<std::vector<rpc::SignatureRecord>> listed) {
        if (!listed) {
            note_failure("listing transactions", listed.error().text());
            return finish();
        }
        VenueRound* const round = work->round ? &rounds[*work->round] : nullptr;
        const std::size_t reads = round != nullptr ? reads_of(*round) : 1;
        const Slot known = round != nullptr ? round->newest : Slot{};
        for (const rpc::SignatureRecord& record : *listed) {  // Newest first.
            if (round != nullptr && record.slot <= known && !round->is_first) {
                break;
            }
            if (!record.is_failed && work->signatures.size() < reads) {
                work->signatures.push_front(record.signature);
            }
            if (round != nullptr) {
                round->newest = std::max(round->newest, record.slot);
            }
        }
        read_next();
    }

    void read_next() {
        if (work->signatures.empty()) {
            return finish();
        }
        const Signature signature = work->signatures.front();
        work->signatures.pop_front();
        rpc.get_transaction(
            signature, Commitment::Confirmed,
            alive.guarded([this, signature](
                              rpc::RpcResult<std::optional<rpc::TransactionDetail>> read) mutable {
                if (!read) {
                    note_failure("reading a transaction", read.error().text());
                } else if (*read) {
                    ++statistics.transactions;
                    work->is_any_read = true;
                    ChainTransaction transaction =
                        rpc::to_chain_transaction(std::move(**read), signature);
                    transaction.is_sample = work->round.has_value();
                    events.on_transaction(transaction);
                } else if (work->round && work->asked_again.insert(signature).second) {
                    // Listed a moment ago: behind the others it may be there.
                    work->signatures.push_back(signature);
                } else if (work->round) {
                    // It may be the only swap of them: the others do not speak for it.
                    note_failure("reading a transaction",
                                 fmt::format("{} is listed, and getTransaction answers null",
                                             signature.to_string()));
                }
                read_next();
            }));
    }

    void note_failure(std::string_view what, const std::string& problem) {
        ++statistics.failures;
        work->is_complete = false;
        telemetry::debug("feed", "{}: {}", what, problem);
        if (!work->round || !rounds[*work->round].is_first || std::exchange(is_told, true)) {
            return;
        }
        telemetry::warning(
            "feed",
            "{} of {}: {}. Nothing is bought at a venue before instructions of it were read and "
            "compared with ours (VENUE_UNPROVEN); it is tried again. If the endpoint does not "
            "serve getSignaturesForAddress and getTransaction, add one that does to "
            "network.endpoints, or on a chain other than mainnet set "
            "feed.shape_check_interval_s: 0",
            what, to_string(rounds[*work->round].venue), problem);
    }

    void finish() {
        const ReaderWork done = std::move(*std::exchange(work, std::nullopt));
        const MonoTime now = reactor.now();
        if (done.round) {
            VenueRound& round = rounds[*done.round];
            round.is_first = round.is_first && !(done.is_complete && done.is_any_read);
            const Duration interval = settings.shape_check_interval;
            const Duration most = done.is_complete ? interval : std::min(interval, kFailedRetryMax);
            round.due = now + (round.is_first ? std::min(round.retry, most) : interval);
            round.retry = std::min(round.retry * 2, most);
            statistics.rounds += done.is_complete ? 1 : 0;
            events.on_round(round.venue, done.is_complete);
        } else if (done.is_any_read) {
            ++statistics.lookups;
        } else if (const unsigned attempts = done.lookup.attempts + (done.is_complete ? 1 : 0);
                   attempts < kLookupAttempts) {
            lookups.push_back({done.lookup.of, done.lookup.asked, now + kLookupRetry, attempts});
        } else {
            ++statistics.lookups_lost;
        }
        advance(now);
    }

    net::Reactor& reactor;
    rpc::RpcClient& rpc;
    config::FeedSettings settings;
    TransactionEvents& events;
    std::vector<VenueRound> rounds;
    std::deque<Lookup> lookups;   // At most kLookupsMax, and the one that is tried again.
    std::deque<MonoTime> called;  // Look-ups of the last minute.
    std::optional<ReaderWork> work;
    bool is_started = false;
    bool was_round = false;  // The last work.
    bool is_told = false;    // That a first round fails: once.
    TransactionReaderStatistics statistics;
    Alive alive;  // The last member: the first to end.
};

TransactionReader::TransactionReader(net::Reactor& reactor, rpc::RpcClient& rpc,
                                     const config::FeedSettings& settings,
                                     TransactionEvents& events)
    : state_{std::make_unique<State>(reactor, rpc, settings, events)} {}
TransactionReader::~TransactionReader() = default;

void TransactionReader::start() {
    state_->is_started = true;
    state_->advance(state_->reactor.now());
}

void TransactionReader::look_up(const Pubkey& account) {
    state_->look_up(account, state_->reactor.now());
}
void TransactionReader::look_up(const Signature& signature) {
    state_->look_up(signature, state_->reactor.now() + kConfirmation);
}

void TransactionReader::on_tick(MonoTime now) { state_->advance(now); }
bool TransactionReader::is_checking() const { return state_->is_checking(); }
const TransactionReaderStatistics& TransactionReader::statistics() const {
    return state_->statistics;
}

std::string to_json(const TransactionReaderStatistics& s) {
    return fmt::format(
        R"({{"rounds":{},"transactions":{},"failures":{},"lookups":{},"lookups_lost":{}}})",
        s.rounds, s.transactions, s.failures, s.lookups, s.lookups_lost);
}

std::vector<VenueId> venues_of(const config::FeedSettings& settings) {
    std::vector<VenueId> venues;
    for (const std::string& name : settings.venues) {
        const auto venue = parse_venue(name);
        SF_ASSERT(venue.has_value());
        venues.push_back(*venue);
    }
    return venues;
}

}  // namespace sniperforge::feed
