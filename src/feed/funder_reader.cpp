// SPDX-License-Identifier: MIT
#include "sniperforge/feed/funder_reader.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>
#include <vector>

#include "feed/alive.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::feed {
namespace {

// A key that was heard of at processed may have no confirmed transaction for a second or so, and a
// node that failed may answer next time.
constexpr Duration kFunderRetry = std::chrono::seconds{2};
constexpr unsigned kFunderAttempts = 3;

// Tags of the system program's instructions, u32. Each names who pays first and who is paid second.
constexpr std::uint32_t kTagCreateAccount = 0, kTagTransfer = 2;

struct FunderLookup {
    Pubkey account;
    MonoTime due{};
    unsigned attempts = 0;
    std::optional<Signature> oldest{};  // Listed, and to be read.
};

}  // namespace

std::optional<Pubkey> funder_in(const ChainTransaction& transaction, const Pubkey& account) {
    const auto begins = std::ranges::find_if(
        transaction.accounts, [&](const ChainAccount& one) { return one.key == account; });
    if (transaction.is_failed || begins == transaction.accounts.end() ||
        !begins->lamports_before.is_zero() || begins->lamports_after.is_zero()) {
        return std::nullopt;
    }
    const auto paid = static_cast<std::size_t>(begins - transaction.accounts.begin());
    for (const ChainInstruction& call : transaction.instructions) {
        if (call.program != solana::kSystemProgram || call.accounts.size() < 2 ||
            call.data.size() < sizeof(std::uint32_t) || call.accounts[1] != paid) {
            continue;
        }
        const auto tag = read_le<std::uint32_t>(call.data, 0);
        if ((tag == kTagTransfer || tag == kTagCreateAccount) && call.accounts[0] != paid &&
            call.accounts[0] < transaction.accounts.size()) {
            return transaction.accounts[call.accounts[0]].key;
        }
    }
    return std::nullopt;
}

struct FunderReader::State {
    State(net::Reactor& reactor_in, rpc::RpcClient& rpc_in, std::uint32_t calls_per_second,
          FunderEvents& events_in)
        : reactor{reactor_in},
          rpc{rpc_in},
          events{events_in},
          pause{Duration{std::chrono::seconds{1}} / std::max(calls_per_second, 1U)} {}

    void advance(MonoTime now) {
        if (is_asking || now < call_due) {
            return;
        }
        if (!work) {
            const auto next = std::ranges::find_if(
                waiting, [&](const FunderLookup& one) { return now >= one.due; });
            if (next == waiting.end()) {
                return;
            }
            work = *next;
            waiting.erase(next);
        }
        is_asking = true;
        call_due = now + pause;
        ++statistics.calls;
        if (work->oldest) {
            return read();
        }
        list();
    }

    void list() {
        rpc.get_signatures_for_address(
            work->account, kListedMax, {.commitment = Commitment::Confirmed},
            alive.guarded([this](rpc::RpcResult<std::vector<rpc::SignatureRecord>> listed) {
                is_asking = false;
                on_listed(listed);
            }));
    }

    void on_listed(const rpc::RpcResult<std::vector<rpc::SignatureRecord>>& listed) {
        if (!listed) {
            return again(listed.error().text());
        }
        if (listed->size() >= kListedMax) {
            return finish(std::nullopt);
        }
        // Newest first; what failed has brought nothing.
        const auto oldest = std::find_if(listed->rbegin(), listed->rend(),
                                         [](const auto& record) { return !record.is_failed; });
        if (oldest == listed->rend()) {
            return again("nothing is listed");
        }
        work->oldest = oldest->signature;
        advance(reactor.now());
    }

    void read() {
        rpc.get_transaction(
            *work->oldest, Commitment::Confirmed,
            alive.guarded([this](rpc::RpcResult<std::optional<rpc::TransactionDetail>> answer) {
                is_asking = false;
                if (!answer || !*answer) {
                    return again(answer ? "the transaction is not visible" : answer.error().text());
                }
                const Signature signature = *work->oldest;
                finish(funder_in(rpc::to_chain_transaction(std::move(**answer), signature),
                                 work->account));
            }));
    }

    void again(const std::string& why) {
        telemetry::debug("feed", "looking for the funder of {}: {}", work->account.to_string(),
                         why);
        if (work->attempts + 1 >= kFunderAttempts) {
            return finish(std::nullopt);
        }
        waiting.push_back(
            {work->account, reactor.now() + kFunderRetry, work->attempts + 1, work->oldest});
        work.reset();
    }

    void finish(const std::optional<Pubkey>& funder) {
        const FunderLookup done = *std::exchange(work, std::nullopt);
        ++(funder ? statistics.found : statistics.hidden);
        events.on_funder(done.account, funder);
        advance(reactor.now());
    }

    net::Reactor& reactor;
    rpc::RpcClient& rpc;
    FunderEvents& events;
    Duration pause;                    // Between two calls.
    std::deque<FunderLookup> waiting;  // At most kWaitingMax, and the one that is tried again.
    std::optional<FunderLookup> work;
    bool is_asking = false;  // A call has no answer yet.
    MonoTime call_due{};
    FunderReaderStatistics statistics;
    Alive alive;  // The last member: the first to end.
};

FunderReader::FunderReader(net::Reactor& reactor, rpc::RpcClient& rpc,
                           std::uint32_t calls_per_second, FunderEvents& events)
    : state_{std::make_unique<State>(reactor, rpc, calls_per_second, events)} {}
FunderReader::~FunderReader() = default;

bool FunderReader::look_up(const Pubkey& account) {
    if (state_->waiting.size() >= kWaitingMax) {
        ++state_->statistics.lost;
        return false;
    }
    state_->waiting.push_back({account, state_->reactor.now()});
    return true;
}

void FunderReader::on_tick(MonoTime now) { state_->advance(now); }
const FunderReaderStatistics& FunderReader::statistics() const { return state_->statistics; }

}  // namespace sniperforge::feed
