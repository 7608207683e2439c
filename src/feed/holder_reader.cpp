// SPDX-License-Identifier: MIT
#include "sniperforge/feed/holder_reader.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "feed/alive.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::feed {
namespace {

// A mint of this very slot may not be at every node yet.
constexpr Duration kHoldersRetry = std::chrono::seconds{1};
constexpr unsigned kHoldersAttempts = 3;
constexpr Duration kHoldersWindow = std::chrono::minutes{1};

struct HolderLookup {
    Pubkey mint;
    Pubkey beside;
    MonoTime due{};
    unsigned attempts = 0;
    std::vector<Pubkey> accounts{};   // Listed, and to be read,
    std::optional<Slot> listed_at{};  // not as they were before.
};

[[nodiscard]] std::optional<solana::TokenAccount> account_of(
    const std::optional<rpc::AccountData>& data, const Pubkey& mint) {
    if (!data || !solana::is_token_program(data->owner)) {
        return std::nullopt;
    }
    auto account = solana::decode_token_account(data->data);
    return account && account->mint == mint ? std::optional{*account} : std::nullopt;
}

// The mint first, then the account beside it if there is one, then those listed.
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
          HolderEvents& events_in)
        : reactor{reactor_in}, rpc{rpc_in}, events{events_in}, budget{calls_per_minute} {}

    void advance(MonoTime now) {
        while (!called.empty() && now - called.front() >= kHoldersWindow) {
            called.pop_front();
        }
        if (is_asking || called.size() >= budget) {
            return;
        }
        if (!work) {
            const auto next = std::ranges::find_if(
                waiting, [&](const HolderLookup& one) { return now >= one.due; });
            if (next == waiting.end()) {
                return;
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
                finish(reading);
            }));
    }

    void again(const std::string& why) {
        telemetry::debug("feed", "reading the holders of {}: {}", work->mint.to_string(), why);
        if (work->attempts + 1 >= kHoldersAttempts) {
            return finish(std::nullopt);
        }
        waiting.push_back({work->mint, work->beside, reactor.now() + kHoldersRetry,
                           work->attempts + 1, std::move(work->accounts), work->listed_at});
        work.reset();
        advance(reactor.now());
    }

    void finish(const std::optional<HolderReading>& reading) {
        const HolderLookup done = *std::exchange(work, std::nullopt);
        ++(reading ? statistics.read : statistics.failed);
        events.on_holders(done.mint, reading);
        advance(reactor.now());
    }

    static constexpr std::size_t kListedMax = 20;  // What a node lists.

    net::Reactor& reactor;
    rpc::RpcClient& rpc;
    HolderEvents& events;
    std::uint32_t budget;
    std::deque<MonoTime> called;       // Within the last minute.
    std::deque<HolderLookup> waiting;  // At most kWaitingMax, and the one that is tried again.
    std::optional<HolderLookup> work;
    bool is_asking = false;  // A call has no answer yet.
    HolderReaderStatistics statistics;
    Alive alive;  // The last member: the first to end.
};

HolderReader::HolderReader(net::Reactor& reactor, rpc::RpcClient& rpc,
                           std::uint32_t calls_per_minute, HolderEvents& events)
    : state_{std::make_unique<State>(reactor, rpc, calls_per_minute, events)} {}
HolderReader::~HolderReader() = default;

bool HolderReader::look_up(const Pubkey& mint, const Pubkey& beside) {
    if (state_->waiting.size() >= kWaitingMax) {
        ++state_->statistics.lost;
        return false;
    }
    state_->waiting.push_back({mint, beside, state_->reactor.now()});
    return true;
}

void HolderReader::on_tick(MonoTime now) { state_->advance(now); }
const HolderReaderStatistics& HolderReader::statistics() const { return state_->statistics; }

}  // namespace sniperforge::feed
