// SPDX-License-Identifier: MIT
#include "app/live_pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "app/await_answer.hpp"
#include "sniperforge/rpc/account_reader.hpp"
#include "sniperforge/solana/clock.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::app {
namespace {

// What a pool holds may make more known: a bitmap where its arrays are. None needs more than this.
constexpr int kReadsMax = 8;
// A book takes in a pool first, then what it names, then what that names.
constexpr int kBookPasses = 3;

class PoolRead {
 public:
    PoolRead(net::Reactor& reactor, rpc::RpcClient& rpc, const Pubkey& pool,
             std::span<const Pubkey> also)
        : reactor_{reactor}, rpc_{rpc}, pool_{pool}, keys_{pool, solana::kClockSysvar} {
        add(also);
    }

    [[nodiscard]] Result<LivePool> read() {
        for (int reads = 0; reads < kReadsMax; ++reads) {
            auto live = read_once();
            if (!live) {
                return live;
            }
            const std::size_t known = keys_.size();
            const bool was_named = !mint_.is_zero();
            add(live->book.take_accounts_wanted());
            if (auto named = name(live->book); !named) {
                return Err{named.error()};
            }
            if (keys_.size() == known && was_named == !mint_.is_zero()) {
                return live;
            }
        }
        return fail(
            fmt::format("pool {}: after {} reads it still names accounts that were not read",
                        pool_.to_string(), kReadsMax));
    }

 private:
    void add(std::span<const Pubkey> accounts) {
        for (const Pubkey& account : accounts) {
            if (std::ranges::find(keys_, account) == keys_.end()) {
                keys_.push_back(account);
            }
        }
    }

    [[nodiscard]] Result<LivePool> read_once() {
        LivePool live;
        live.is_one_read = keys_.size() <= rpc::kAccountsPerRead;
        for (std::size_t at = 0; at < keys_.size(); at += rpc::kAccountsPerRead) {
            const std::span part =
                std::span{keys_}.subspan(at, std::min(rpc::kAccountsPerRead, keys_.size() - at));
            auto read =
                await_answer<rpc::RpcResult<rpc::MultipleAccounts>>(reactor_, [&](auto done) {
                    rpc_.get_multiple_accounts(part, Commitment::Processed, std::move(done));
                });
            if (!read) {
                return fail("reading its accounts: " + read.error().text());
            }
            live.slot = std::max(live.slot, read->context_slot);
            for (std::size_t i = 0; i < part.size(); ++i) {
                live.accounts[part[i]] = std::move(read->accounts[i]);
            }
        }
        read_clock(live);
        if (!fill_book(live)) {
            return Err{problem_};
        }
        return live;
    }

    void read_clock(LivePool& live) const {
        const rpc::AccountData* const clock = live.account(solana::kClockSysvar);
        live.unix_time = reactor_.wall_now().seconds();
        if (clock != nullptr && clock->data.size() >= solana::kClockBytes) {
            std::memcpy(&live.unix_time, clock->data.data() + solana::kClockTimeAt,
                        sizeof live.unix_time);
        }
    }

    // False: it is no pool, and `problem_` says why.
    [[nodiscard]] bool fill_book(LivePool& live) {
        const rpc::AccountData* const own = live.account(pool_);
        if (own == nullptr) {
            problem_ = {fmt::format("there is no account {} on this chain", pool_.to_string())};
            return false;
        }
        if (!dex::recognise_pool(own->owner, own->data)) {
            problem_ = {fmt::format(
                "account {} of {} bytes, owned by {}, is not a pool of a venue that is known here",
                pool_.to_string(), own->data.size(), own->owner.to_string())};
            return false;
        }
        std::vector<dex::BookChange> changes;
        if (!mint_.is_zero()) {
            live.book.name_mint(mint_, changes);
        }
        for (int pass = 0; pass < kBookPasses; ++pass) {
            for (const auto& [key, account] : live.accounts) {
                const AccountUpdate update{live.slot,
                                           key,
                                           account ? account->owner : solana::kSystemProgram,
                                           account ? account->lamports : Lamports{},
                                           account ? BytesView{account->data} : BytesView{},
                                           true};
                if (auto applied = live.book.apply(update, changes); !applied && key == pool_) {
                    problem_ = applied.error();
                    return false;
                }
            }
        }
        const auto index = live.book.find(pool_);
        if (!index) {
            problem_ = {fmt::format("pool {}: its account was not taken", pool_.to_string())};
            return false;
        }
        live.index = *index;
        return true;
    }

    // A curve's account does not say what it trades; what it holds does.
    [[nodiscard]] Result<void> name(dex::PoolBook& book) {
        if (book.take_pools_unnamed().empty() || !mint_.is_zero()) {
            return {};
        }
        for (const Pubkey& program : {solana::kTokenProgram, solana::kToken2022Program}) {
            const auto held =
                await_answer<rpc::RpcResult<rpc::KeyedAccounts>>(reactor_, [&](auto done) {
                    rpc_.get_token_accounts_by_owner(pool_, program, Commitment::Processed,
                                                     std::move(done));
                });
            if (!held) {
                return fail("reading what it holds: " + held.error().text());
            }
            for (const rpc::AccountData& account : held->accounts) {
                if (const auto token = solana::decode_token_account(account.data)) {
                    mint_ = token->mint;
                }
            }
        }
        return {};
    }

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    Pubkey pool_;
    Pubkey mint_;  // Of a curve, once known.
    std::vector<Pubkey> keys_;
    Error problem_;
};

}  // namespace

const rpc::AccountData* LivePool::account(const Pubkey& key) const {
    const auto found = accounts.find(key);
    return found == accounts.end() || !found->second ? nullptr : &*found->second;
}

LivePool LivePool::after(std::span<const rpc::AccountData> written, Slot at) const {
    LivePool then = *this;
    then.slot = std::max(slot, at);
    std::vector<dex::BookChange> changes;
    for (const rpc::AccountData& account : written) {
        then.accounts[account.pubkey] = account;
        // What cannot be used makes the pool one that cannot be quoted.
        (void)then.book.apply(
            {then.slot, account.pubkey, account.owner, account.lamports, account.data, true},
            changes);
    }
    return then;
}

bool LivePool::is_as(const LivePool& other) const {
    const auto is_same = [&](const Pubkey& key) {
        const rpc::AccountData* const ours = account(key);
        const rpc::AccountData* const theirs = other.account(key);
        return (ours == nullptr) == (theirs == nullptr) &&
               (ours == nullptr || (ours->data == theirs->data && ours->owner == theirs->owner));
    };
    return std::ranges::all_of(book.accounts_of(index), is_same);
}

Result<LivePool> read_live_pool(net::Reactor& reactor, rpc::RpcClient& rpc, const Pubkey& pool,
                                std::span<const Pubkey> also) {
    return PoolRead{reactor, rpc, pool, also}.read();
}

}  // namespace sniperforge::app
