// SPDX-License-Identifier: MIT
#include "app/pool_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "app/await_answer.hpp"
#include "sniperforge/rpc/account_reader.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

// An account that a swap of the venue named, and the swap.
struct Named {
    Pubkey account;
    Signature seen_in;
};

[[nodiscard]] bool is_swap(VenueId venue, BytesView data) {
    return std::ranges::any_of(dex::instructions_of(venue), [&](const auto& shape) {
        return shape.is_swap() && dex::is_called_by(shape, data);
    });
}

// Of a pool's own account, before anything else of it is read.
[[nodiscard]] bool is_worth_reading(VenueId venue, const rpc::AccountData& account) {
    if (dex::recognise_pool(account.owner, account.data) != venue) {
        return false;
    }
    const auto pool = dex::decode_pool(venue, account.pubkey, account.data);
    return pool && dex::is_swap_enabled(*pool) &&
           dex::direction_spending(*pool, solana::kWrappedSolMint);
}

class PoolSearch {
 public:
    PoolSearch(net::Reactor& reactor, rpc::RpcClient& rpc, VenueId venue)
        : reactor_{reactor}, rpc_{rpc}, venue_{venue} {}

    [[nodiscard]] Result<FoundPool> run() {
        const auto listed = list();
        if (!listed) {
            return Err{listed.error()};
        }
        for (const Signature& signature : *listed) {
            if (named_.size() < rpc::kAccountsPerRead) {
                read_swap(signature);
            }
        }
        if (named_.empty()) {
            return Err{none("none of them swaps in a way that is known here")};
        }
        const auto pools = read_named();
        if (!pools) {
            return Err{pools.error()};
        }
        return choose(*pools);
    }

 private:
    [[nodiscard]] Error none(std::string_view why) const {
        return {fmt::format("{}: {}{}", searched(), why,
                            problem_.empty() ? "" : "; the last refusal: " + problem_)};
    }
    [[nodiscard]] std::string searched() const {
        return fmt::format(
            "{} transactions of its program listed, {} of at most {} read, {} "
            "accounts that they name, {} of at most {} pools",
            listed_, transactions_, kSearchTransactions, accounts_, pools_, kSearchPools);
    }

    // Successes, spread over all that were listed: those of one moment are often of one pool.
    [[nodiscard]] Result<std::vector<Signature>> list() {
        using Listed = rpc::RpcResult<std::vector<rpc::SignatureRecord>>;
        const auto listed = await_answer<Listed>(reactor_, [&](auto done) {
            rpc_.get_signatures_for_address(dex::program_of(venue_), kSearchListed, {},
                                            std::move(done));
        });
        if (!listed) {
            return fail("listing its program's newest transactions: " + listed.error().text());
        }
        listed_ = listed->size();
        std::vector<Signature> good;
        for (const rpc::SignatureRecord& record : *listed) {
            if (!record.is_failed) {
                good.push_back(record.signature);
            }
        }
        if (good.empty()) {
            return Err{none("none of them succeeded")};
        }
        std::vector<Signature> chosen;
        const std::size_t wanted = std::min(kSearchTransactions, good.size());
        for (std::size_t i = 0; i < wanted; ++i) {
            chosen.push_back(good[i * good.size() / wanted]);
        }
        return chosen;
    }

    void read_swap(const Signature& signature) {
        using Read = rpc::RpcResult<std::optional<rpc::TransactionDetail>>;
        auto read = await_answer<Read>(reactor_, [&](auto done) {
            rpc_.get_transaction(signature, Commitment::Confirmed, std::move(done));
        });
        ++transactions_;
        if (!read) {
            problem_ = "getTransaction: " + read.error().text();
            return;
        }
        if (!*read) {
            problem_ = "getTransaction: it does not know " + signature.to_string();
            return;
        }
        const ChainTransaction transaction =
            rpc::to_chain_transaction(std::move(**read), signature);
        for (const ChainInstruction& call : transaction.instructions) {
            if (call.program == dex::program_of(venue_) && is_swap(venue_, call.data)) {
                note_accounts(transaction, call);
            }
        }
    }

    void note_accounts(const ChainTransaction& transaction, const ChainInstruction& call) {
        for (const std::uint8_t index : call.accounts) {
            if (index >= transaction.accounts.size() || named_.size() >= rpc::kAccountsPerRead) {
                continue;
            }
            const Pubkey& key = transaction.accounts[index].key;
            if (std::ranges::find(named_, key, &Named::account) == named_.end()) {
                named_.push_back({key, transaction.signature});
            }
        }
    }

    [[nodiscard]] Result<std::vector<Named>> read_named() {
        std::vector<Pubkey> keys;
        for (const Named& each : named_) {
            keys.push_back(each.account);
        }
        const auto read =
            await_answer<rpc::RpcResult<rpc::MultipleAccounts>>(reactor_, [&](auto done) {
                rpc_.get_multiple_accounts(keys, Commitment::Processed, std::move(done));
            });
        if (!read) {
            return fail("reading the accounts that its swaps name: " + read.error().text());
        }
        accounts_ = keys.size();
        std::vector<Named> pools;
        for (std::size_t i = 0; i < named_.size(); ++i) {
            const auto& account = read->accounts[i];
            if (account && is_worth_reading(venue_, *account)) {
                pools.push_back(named_[i]);
            }
        }
        if (pools.empty()) {
            return Err{none("none of them is a pool that is open and trades SOL")};
        }
        return pools;
    }

    [[nodiscard]] Result<FoundPool> choose(const std::vector<Named>& pools) {
        std::optional<FoundPool> moving;
        for (const Named& each : pools) {
            if (pools_ == kSearchPools) {
                break;
            }
            ++pools_;
            auto first = read_live_pool(reactor_, rpc_, each.account, {});
            auto second = first ? read_live_pool(reactor_, rpc_, each.account, {}) : first;
            if (!second) {
                problem_ = second.error().text;
                continue;
            }
            if (!dex::is_complete(second->pool()) || !dex::is_swap_enabled(second->pool())) {
                problem_ = fmt::format("pool {} cannot be quoted", each.account.to_string());
                continue;
            }
            const bool is_still = first->is_as(*second);
            FoundPool found{std::move(*second), each.account, each.seen_in, is_still, {}};
            if (is_still) {
                return told(std::move(found));
            }
            if (!moving) {
                moving = std::move(found);
            }
        }
        if (!moving) {
            return Err{none("none of these can be quoted")};
        }
        return told(std::move(*moving));
    }
    [[nodiscard]] FoundPool told(FoundPool found) const {
        found.searched = searched();
        return found;
    }

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    VenueId venue_;
    std::vector<Named> named_;  // Each account once, at most what one read takes.
    std::size_t listed_ = 0, transactions_ = 0, accounts_ = 0, pools_ = 0;
    std::string problem_;
};

}  // namespace

Result<FoundPool> find_live_pool(net::Reactor& reactor, rpc::RpcClient& rpc, VenueId venue) {
    return PoolSearch{reactor, rpc, venue}.run();
}

}  // namespace sniperforge::app
