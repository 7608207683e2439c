// SPDX-License-Identifier: MIT
#include "sniperforge/feed/holder_reader.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "feed/alive.hpp"
#include "feed/round_trip_reading.hpp"
#include "sniperforge/rpc/simulation.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::feed {
namespace {

// A mint of this very slot may not be at every node yet.
constexpr Duration kHoldersRetry = std::chrono::seconds{1};
constexpr unsigned kHoldersAttempts = 3;
constexpr Duration kHoldersWindow = std::chrono::minutes{1};
// Calls for a name in a row that no node answered: nothing is known of it then, and entries wait
// for it. Ten take most of a minute at the default rate and outlive what a provider's hiccup lasts.
constexpr unsigned kNamesUnansweredMax = 10;

struct HolderLookup {
    Pubkey mint;
    Pubkey beside;
    MonoTime due{};
    unsigned attempts = 0;
    std::vector<Pubkey> accounts{};   // Listed, and to be read,
    std::optional<Slot> listed_at{};  // not as they were before.
    Pubkey metadata{};                // Where that of the mint is.
};

struct NamesLookup {
    Pubkey mint, metadata;
    MonoTime due{};
    unsigned attempts = 0;    // That were answered.
    unsigned unanswered = 0;  // Since the last that was.
};

struct RoundTripLookup {
    Pubkey mint;
    Bytes wire;
    std::size_t sale = 0;
};

// A node takes so many accounts in one call.
constexpr std::size_t kNamesAtOnce = 100;

[[nodiscard]] std::optional<solana::MetaplexMetadata> metadata_of(
    const std::optional<rpc::AccountData>& data, const Pubkey& mint) {
    if (!data || data->owner != solana::kMetaplexMetadataProgram) {
        return std::nullopt;
    }
    auto metadata = solana::decode_metaplex_metadata(data->data, mint);
    if (!metadata) {
        telemetry::debug("feed", "reading the metadata of {}: {}", mint.to_string(),
                         metadata.error().text);
        return std::nullopt;
    }
    return std::move(*metadata);
}

[[nodiscard]] std::optional<solana::TokenAccount> account_of(
    const std::optional<rpc::AccountData>& data, const Pubkey& mint) {
    if (!data || !solana::is_token_program(data->owner)) {
        return std::nullopt;
    }
    auto account = solana::decode_token_account(data->data);
    return account && account->mint == mint ? std::optional{*account} : std::nullopt;
}

// The mint first, then the account beside it if there is one, then those listed, then metadata.
[[nodiscard]] std::optional<HolderReading> reading_of(const HolderLookup& work,
                                                      const rpc::MultipleAccounts& answer) {
    const auto& first = answer.accounts.front();
    if (!first || !solana::is_token_program(first->owner)) {
        return std::nullopt;
    }
    const auto mint = solana::decode_mint(first->data);
    if (!mint) {
        return std::nullopt;
    }
    HolderReading reading{answer.context_slot, mint->supply, {}, {}};
    std::size_t next = 1;
    if (!work.beside.is_zero()) {
        const auto beside = account_of(answer.accounts[next++], work.mint);
        reading.beside = beside ? beside->amount : TokenAmount{};
    }
    for (const Pubkey& key : work.accounts) {
        // One that was emptied and closed since it was listed holds nothing.
        if (const auto holder = account_of(answer.accounts[next++], work.mint)) {
            reading.holders.push_back({key, holder->owner, holder->amount});
        }
    }
    std::ranges::stable_sort(reading.holders, std::ranges::greater{}, &TokenHolder::amount);
    return reading;
}

}  // namespace

struct HolderReader::State {
    State(net::Reactor& reactor_in, rpc::RpcClient& rpc_in, std::uint32_t calls_per_minute,
          HolderEvents& events_in, RoundTripEvents& trip_events_in)
        : reactor{reactor_in},
          rpc{rpc_in},
          events{events_in},
          trip_events{trip_events_in},
          budget{calls_per_minute},
          names_pause{std::max<Duration>(kHoldersRetry,
                                         10 * kHoldersWindow / std::max(calls_per_minute, 1U))} {}

    void advance(MonoTime now) {
        while (!called.empty() && now - called.front() >= kHoldersWindow) {
            called.pop_front();
        }
        if (is_asking || called.size() >= budget) {
            return;
        }
        if (!work && !trips.empty()) {
            return try_trip(now);
        }
        if (!work) {
            const auto next = std::ranges::find_if(
                waiting, [&](const HolderLookup& one) { return now >= one.due; });
            if (next == waiting.end()) {
                return read_names(now);
            }
            work = std::move(*next);
            waiting.erase(next);
        }
        is_asking = true;
        called.push_back(now);
        ++statistics.calls;
        if (work->accounts.empty()) {
            return list();
        }
        read();
    }

    void try_trip(MonoTime now) {
        is_asking = true;
        called.push_back(now);
        ++statistics.calls;
        const RoundTripLookup trip = std::move(trips.front());
        trips.pop_front();
        rpc::simulate_transaction(rpc, trip.wire, {}, Commitment::Processed,
                                  alive.guarded([this, mint = trip.mint, sale = trip.sale](
                                                    rpc::RpcResult<rpc::Simulation> answer) {
                                      is_asking = false;
                                      ++(answer ? statistics.tried : statistics.untried);
                                      trip_events.on_round_trip(mint, reading_of(answer, sale));
                                      advance(reactor.now());
                                  }));
    }

    void list() {
        rpc.get_token_largest_accounts(
            work->mint, {.commitment = Commitment::Processed},
            alive.guarded([this](rpc::RpcResult<rpc::LargestAccounts> listed) {
                is_asking = false;
                if (!listed || listed->accounts.empty()) {
                    return again(listed ? "nobody is listed" : listed.error().text());
                }
                for (const auto& entry : listed->accounts) {
                    if (work->accounts.size() < kListedMax) {
                        work->accounts.push_back(entry.account);
                    }
                }
                work->listed_at = listed->context_slot;
                advance(reactor.now());
            }));
    }

    void read() {
        std::vector<Pubkey> keys{work->mint};
        if (!work->beside.is_zero()) {
            keys.push_back(work->beside);
        }
        keys.insert(keys.end(), work->accounts.begin(), work->accounts.end());
        keys.push_back(work->metadata);
        rpc.get_multiple_accounts(
            keys, {.commitment = Commitment::Processed, .context_slot_min = work->listed_at},
            alive.guarded([this](rpc::RpcResult<rpc::MultipleAccounts> answer) {
                is_asking = false;
                if (!answer) {
                    return again(answer.error().text());
                }
                auto reading = reading_of(*work, *answer);
                if (!reading) {
                    return again("the mint does not decode");
                }
                // Not there is no answer: a look for the name alone may have more attempts.
                if (auto metadata = metadata_of(answer->accounts.back(), work->mint)) {
                    events.on_metadata(work->mint, metadata);
                }
                finish(reading);
            }));
    }

    void again(const std::string& why) {
        telemetry::debug("feed", "reading the holders of {}: {}", work->mint.to_string(), why);
        if (work->attempts + 1 >= kHoldersAttempts) {
            return finish(std::nullopt);
        }
        waiting.push_back({work->mint, work->beside, reactor.now() + kHoldersRetry,
                           work->attempts + 1, std::move(work->accounts), work->listed_at,
                           work->metadata});
        work.reset();
        advance(reactor.now());
    }

    void finish(const std::optional<HolderReading>& reading) {
        const HolderLookup done = *std::exchange(work, std::nullopt);
        ++(reading ? statistics.read : statistics.failed);
        events.on_holders(done.mint, reading);
        advance(reactor.now());
    }

    void read_names(MonoTime now) {
        if (now < names_due) {
            return;
        }
        std::vector<NamesLookup> batch;
        std::vector<Pubkey> keys;
        std::erase_if(nameless, [&](const NamesLookup& one) {
            if (now < one.due || batch.size() >= kNamesAtOnce) {
                return false;
            }
            batch.push_back(one);
            keys.push_back(one.metadata);
            return true;
        });
        if (batch.empty()) {
            return;
        }
        is_asking = true;
        called.push_back(now);
        names_due = now + names_pause;
        ++statistics.calls;
        rpc.get_multiple_accounts(
            keys, {.commitment = Commitment::Processed},
            alive.guarded([this, batch](rpc::RpcResult<rpc::MultipleAccounts> answer) {
                is_asking = false;
                if (!answer) {
                    telemetry::debug("feed", "reading the names of {} mints: {}", batch.size(),
                                     answer.error().text());
                }
                for (std::size_t i = 0; i < batch.size(); ++i) {
                    if (answer) {
                        told_names(batch[i], answer->accounts[i]);
                    } else {
                        told_nothing(batch[i]);
                    }
                }
                advance(reactor.now());
            }));
    }

    // One that is not there may be missing at that node alone; of one that does not decode a second
    // look says the same.
    void told_names(NamesLookup one, const std::optional<rpc::AccountData>& data) {
        one.unanswered = 0;
        if (!data && ++one.attempts < kHoldersAttempts) {
            return look_again(one);
        }
        finish_names(one, metadata_of(data, one.mint));
    }
    // The call failed, which says nothing of any of them.
    void told_nothing(NamesLookup one) {
        if (++one.unanswered < kNamesUnansweredMax) {
            return look_again(one);
        }
        finish_names(one, std::nullopt);
    }
    void look_again(NamesLookup one) {
        one.due = reactor.now() + kHoldersRetry;
        nameless.push_back(one);
    }
    void finish_names(const NamesLookup& one,
                      const std::optional<solana::MetaplexMetadata>& metadata) {
        ++(metadata ? statistics.named : statistics.nameless);
        events.on_metadata(one.mint, metadata);
    }

    static constexpr std::size_t kListedMax = 20;  // What a node lists.

    net::Reactor& reactor;
    rpc::RpcClient& rpc;
    HolderEvents& events;
    RoundTripEvents& trip_events;
    std::uint32_t budget;
    Duration names_pause;
    std::deque<MonoTime> called;        // Within the last minute.
    std::deque<RoundTripLookup> trips;  // At most kWaitingMax.
    std::deque<HolderLookup> waiting;   // At most kWaitingMax, and the one that is tried again.
    std::optional<HolderLookup> work;
    // At most kNamesWaitingMax, and those that are asked for again.
    std::deque<NamesLookup> nameless;
    MonoTime names_due{};
    bool is_asking = false;  // A call has no answer yet.
    HolderReaderStatistics statistics;
    Alive alive;  // The last member: the first to end.
};

HolderReader::HolderReader(net::Reactor& reactor, rpc::RpcClient& rpc,
                           std::uint32_t calls_per_minute, HolderEvents& events,
                           RoundTripEvents& trip_events)
    : state_{std::make_unique<State>(reactor, rpc, calls_per_minute, events, trip_events)} {}
HolderReader::~HolderReader() = default;

bool HolderReader::look_up(const Pubkey& mint, const Pubkey& beside) {
    if (state_->waiting.size() >= kWaitingMax) {
        ++state_->statistics.lost;
        return false;
    }
    state_->waiting.push_back({.mint = mint,
                               .beside = beside,
                               .due = state_->reactor.now(),
                               .metadata = solana::metaplex_metadata_address(mint)});
    return true;
}

bool HolderReader::look_up_names(const Pubkey& mint) {
    if (state_->nameless.size() >= kNamesWaitingMax) {
        ++state_->statistics.lost;
        return false;
    }
    state_->nameless.push_back(
        {mint, solana::metaplex_metadata_address(mint), state_->reactor.now()});
    return true;
}

bool HolderReader::try_round_trip(const Pubkey& mint, BytesView wire, std::size_t sale) {
    if (state_->trips.size() >= kWaitingMax) {
        ++state_->statistics.lost;
        return false;
    }
    state_->trips.push_back({mint, {wire.begin(), wire.end()}, sale});
    return true;
}

void HolderReader::on_tick(MonoTime now) { state_->advance(now); }
const HolderReaderStatistics& HolderReader::statistics() const { return state_->statistics; }

}  // namespace sniperforge::feed
