// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/static_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::rpc {
namespace {

using solana::AddressLookupTable;
using solana::LookupTableAccount;

constexpr std::size_t entries_max(StaticFact fact) {
    return kStaticFactRules[static_cast<std::size_t>(fact)].entries_max;
}
static_assert(kStaticFactRules[0].fact == StaticFact::LookupTable);

// Facts by key, at most so many: the oldest gives way.
template <typename Fact>
class BoundedFacts {
 public:
    explicit BoundedFacts(std::size_t entries_max) : entries_max_{entries_max} {}

    [[nodiscard]] const Fact* find(const Pubkey& key) const {
        const auto found = facts_.find(key);
        return found == facts_.end() ? nullptr : &found->second;
    }
    void put(const Pubkey& key, Fact fact) {
        if (!facts_.insert_or_assign(key, std::move(fact)).second) {
            return;
        }
        order_.push_back(key);
        if (order_.size() > entries_max_) {
            facts_.erase(order_.front());
            order_.pop_front();
        }
    }
    [[nodiscard]] std::size_t size() const { return facts_.size(); }

 private:
    std::size_t entries_max_;
    std::unordered_map<Pubkey, Fact, KeyHash> facts_;
    std::deque<Pubkey> order_;
};

struct ReadTable {
    AddressLookupTable table;  // What is usable at the slot of the read.
    bool is_active = false;
};

Result<ReadTable> decode_table(const Pubkey& key, const std::optional<AccountData>& account,
                               Slot slot) {
    if (!account || account->owner != solana::kAddressLookupTableProgram) {
        return fail(fmt::format("{} is not a lookup table", key.to_string()));
    }
    const auto decoded = solana::decode_lookup_table(account->data);
    if (!decoded) {
        return fail(fmt::format("lookup table {}", key.to_string()), decoded.error());
    }
    const auto usable = decoded->usable_at(slot);
    return ReadTable{{key, {usable.begin(), usable.end()}}, decoded->is_active()};
}

// What both endpoints say, which is the shorter of the two: one may have seen an extension that the
// other has not.
Result<ReadTable> agreed_table(const Pubkey& key, const ReadTable& one, const ReadTable& other) {
    const ReadTable& shorter =
        one.table.addresses.size() <= other.table.addresses.size() ? one : other;
    const ReadTable& longer = &shorter == &one ? other : one;
    if (!std::equal(shorter.table.addresses.begin(), shorter.table.addresses.end(),
                    longer.table.addresses.begin())) {
        return fail(
            fmt::format("two endpoints disagree about lookup table {}: nothing is signed "
                        "with it; check whether both serve the same cluster",
                        key.to_string()));
    }
    return ReadTable{shorter.table, one.is_active && other.is_active};
}

// What the reads say of the table at position `at`.
Result<ReadTable> table_of(const Pubkey& key, const TwoReads& reads, std::size_t at) {
    auto table = decode_table(key, reads.first.accounts[at], reads.first.context_slot);
    if (!table || !reads.second) {
        return table;
    }
    const auto second = decode_table(key, reads.second->accounts[at], reads.second->context_slot);
    return second ? agreed_table(key, *table, *second) : second;
}

}  // namespace

struct StaticFacts::State : std::enable_shared_from_this<StaticFacts::State> {
    explicit State(RpcClient& rpc_in) : rpc{rpc_in} {}

    [[nodiscard]] std::optional<std::vector<AddressLookupTable>> known(
        std::span<const LookupTableNeed> needs) const;
    Result<std::vector<AddressLookupTable>> take(std::span<const LookupTableNeed> needs,
                                                 const TwoReads& reads);
    // Both endpoints, with agreement as a message from outside demands it.
    void read(std::span<const Pubkey> keys, TableAgreement agreement,
              Handler<TwoReads> handler) const;

    RpcClient& rpc;
    BoundedFacts<AddressLookupTable> tables{entries_max(StaticFact::LookupTable)};
    StaticFactStatistics statistics;
};

std::optional<std::vector<AddressLookupTable>> StaticFacts::State::known(
    std::span<const LookupTableNeed> needs) const {
    std::vector<AddressLookupTable> found;
    for (const LookupTableNeed& need : needs) {
        const AddressLookupTable* const table = tables.find(need.table);
        if (table == nullptr || table->addresses.size() < need.addresses_min) {
            return std::nullopt;
        }
        found.push_back(*table);
    }
    return found;
}

Result<std::vector<AddressLookupTable>> StaticFacts::State::take(
    std::span<const LookupTableNeed> needs, const TwoReads& reads) {
    std::vector<AddressLookupTable> taken;
    for (std::size_t i = 0; i < needs.size(); ++i) {
        const Pubkey& key = needs[i].table;
        auto table = table_of(key, reads, i);
        if (!table) {
            return Err<Error>{table.error()};
        }
        if (table->table.addresses.size() < needs[i].addresses_min) {
            return fail(fmt::format("lookup table {} has {} usable addresses, the message needs {}",
                                    key.to_string(), table->table.addresses.size(),
                                    needs[i].addresses_min));
        }
        if (table->is_active && !reads.second_unreached) {
            tables.put(key, table->table);
        }
        taken.push_back(std::move(table->table));
    }
    return taken;
}

StaticFacts::StaticFacts(RpcClient& rpc) : state_{std::make_shared<State>(rpc)} {}

StaticFacts::~StaticFacts() = default;

void StaticFacts::lookup_tables(std::span<const LookupTableNeed> needs, TableAgreement agreement,
                                Handler<std::vector<AddressLookupTable>> handler) {
    if (auto known = state_->known(needs)) {
        ++state_->statistics.hits;
        return handler(std::move(*known));
    }
    ++state_->statistics.reads;
    std::vector<Pubkey> keys;
    for (const LookupTableNeed& need : needs) {
        keys.push_back(need.table);
    }
    state_->read(keys, agreement,
                 [weak = state_->weak_from_this(), asked = std::vector(needs.begin(), needs.end()),
                  handler = std::move(handler)](Result<TwoReads> reads) mutable {
                     if (!reads) {
                         return handler(Err<Error>{reads.error()});
                     }
                     if (const auto self = weak.lock()) {
                         handler(self->take(asked, *reads));
                     }
                 });
}

void StaticFacts::active_lookup_tables(std::span<const Pubkey> tables,
                                       Handler<std::vector<Result<AddressLookupTable>>> handler) {
    ++state_->statistics.reads;
    state_->read(tables, TableAgreement::OfTwo,
                 [asked = std::vector(tables.begin(), tables.end()),
                  handler = std::move(handler)](Result<TwoReads> reads) mutable {
                     if (!reads) {
                         return handler(Err<Error>{reads.error()});
                     }
                     std::vector<Result<AddressLookupTable>> found;
                     for (std::size_t i = 0; i < asked.size(); ++i) {
                         auto table = table_of(asked[i], *reads, i);
                         if (!table) {
                             found.emplace_back(Err<Error>{table.error()});
                         } else if (!table->is_active) {
                             found.emplace_back(fail(fmt::format(
                                 "lookup table {} is being deactivated: no transaction should use "
                                 "it any more",
                                 asked[i].to_string())));
                         } else {
                             found.emplace_back(std::move(table->table));
                         }
                     }
                     handler(std::move(found));
                 });
}

void StaticFacts::State::read(std::span<const Pubkey> keys, TableAgreement agreement,
                              Handler<TwoReads> handler) const {
    rpc.get_accounts_from_two(
        keys, ReadOptions{.commitment = Commitment::Confirmed},
        [weak = weak_from_this(), agreement,
         handler = std::move(handler)](RpcResult<TwoReads> reads) mutable {
            if (weak.expired()) {
                return;
            }
            if (!reads) {
                return handler(fail("reading lookup tables: " + reads.error().text()));
            }
            if (reads->second_unreached && agreement == TableAgreement::OfTwo) {
                return handler(fail("reading lookup tables from a second endpoint: " +
                                    reads->second_unreached->text()));
            }
            handler(std::move(*reads));
        });
}

StaticFactStatistics StaticFacts::statistics() const {
    StaticFactStatistics statistics = state_->statistics;
    statistics.lookup_tables = state_->tables.size();
    return statistics;
}

}  // namespace sniperforge::rpc
