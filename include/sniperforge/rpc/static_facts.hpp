// SPDX-License-Identifier: MIT
// StaticFacts: the only cache of chain data there is. It holds what cannot change, each fact by the
// rule in one table; whatever moves is read anew each time.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/solana/lookup_table.hpp"

namespace sniperforge::rpc {

enum class StaticFact : std::uint8_t { LookupTable };

// docs/caching.md shows these rows; a test keeps the two equal.
struct StaticFactRule {
    StaticFact fact;
    std::string_view name;
    std::string_view why_static;
    std::string_view accepted_when;
    std::string_view read_again_when;
    std::size_t entries_max;  // The oldest gives way to the newest.
};
inline constexpr std::array kStaticFactRules = {
    StaticFactRule{
        StaticFact::LookupTable, "addresses of a lookup table",
        "tables are append-only, and their key is derived from a slot that does not come "
        "again",
        "two endpoints agree on them (one, where only one is configured), the table is "
        "active, and the addresses are usable at the slot of the read",
        "a message names an index beyond those known", 256},
};

// And what is never kept, whatever it would save.
struct NeverKept {
    std::string_view name;
    std::string_view reason;
};
inline constexpr std::array kNeverKept = {
    NeverKept{"reserves, prices and quotes", "they are what we trade on"},
    NeverKept{"balances and token accounts", "others can pay in, and we pay out"},
    NeverKept{"supply and authorities of a mint", "its owner changes them, sometimes to rob"},
    NeverKept{"token metadata", "an update authority rewrites it"},
    NeverKept{"blockhashes and block heights", "they expire"},
    NeverKept{"rent and fees", "governance changes them"},
    NeverKept{"nonce values", "each use changes them"},
};

struct LookupTableNeed {
    Pubkey table;
    std::size_t addresses_min = 0;  // One more than the largest index that is used.

    [[nodiscard]] bool operator==(const LookupTableNeed&) const = default;
};

// Whose word a lookup table is taken on. What only one of several endpoints says is not kept.
enum class TableAgreement : std::uint8_t {
    OfTwo,           // Two endpoints, where more than one is configured.
    OfThoseReached,  // One, while no second can be reached. Two that disagree are still refused.
};

struct StaticFactStatistics {
    std::uint64_t hits = 0, reads = 0;
    std::size_t lookup_tables = 0;  // Held now.
};

class StaticFacts {
 public:
    template <typename T>
    using Handler = std::move_only_function<void(Result<T>)>;

    explicit StaticFacts(RpcClient& rpc);
    ~StaticFacts();  // Pending handlers are dropped, not called.
    StaticFacts(const StaticFacts&) = delete;
    StaticFacts& operator=(const StaticFacts&) = delete;

    // What is known is handed over inside the call, the rest when it has been read.
    // In the order of the needs. A table that is being deactivated is read each time.
    void lookup_tables(std::span<const LookupTableNeed> needs, TableAgreement agreement,
                       Handler<std::vector<solana::AddressLookupTable>> handler);
    void lookup_tables(std::span<const LookupTableNeed> needs,
                       Handler<std::vector<solana::AddressLookupTable>> handler) {
        lookup_tables(needs, TableAgreement::OfTwo, std::move(handler));
    }

    // Read anew each time: the addresses that may be used now, table by table in the order of
    // `tables`, or why this one may not: it is being deactivated, or is no table, or two endpoints
    // disagree about it. Fails as a whole when two endpoints cannot be asked.
    void active_lookup_tables(std::span<const Pubkey> tables,
                              Handler<std::vector<Result<solana::AddressLookupTable>>> handler);

    [[nodiscard]] StaticFactStatistics statistics() const;

 private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sniperforge::rpc
