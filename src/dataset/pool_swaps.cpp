// SPDX-License-Identifier: MIT
#include "sniperforge/dataset/pool_swaps.hpp"

#include <array>
#include <map>

#include "dataset/table.hpp"

namespace sniperforge::dataset {

Result<Reading<PoolSwap>> read_pool_swaps(std::string_view text) {
    static constexpr std::array<std::string_view, 8> kColumns = {
        "mint", "created", "ts", "i", "side", "sol", "tokens", "src"};
    struct Last {
        WallTime at;
        std::uint64_t index;
    };
    std::map<Pubkey, Last> newest;
    return read_rows<PoolSwap>(
        text, "swaps after graduation", kColumns, [&](Row& row, Tally& tally) {
            PoolSwap swap{row.key(0),
                          row.seconds(1),
                          row.seconds(2),
                          row.integer(3),
                          row.word(4, "buy", "sell"),
                          Lamports{row.exact(5, 9)},
                          TokenAmount{row.exact(6, 6)},
                          std::string{row.text(7)}};
            row.require(!swap.tokens.is_zero(), RowProblem::Implausible,
                        "an amount of 0 tokens: it was below what the recording resolves");
            row.require(swap.at >= swap.created_at, RowProblem::Implausible,
                        "before the coin was made");
            const auto before = newest.find(swap.mint);
            row.require(before == newest.end() ||
                            (swap.index > before->second.index && swap.at >= before->second.at),
                        RowProblem::OutOfOrder, "not after the coin's swap before it");
            if (!row.is_bad()) {
                const std::uint64_t expected =
                    before == newest.end() ? 0 : before->second.index + 1;
                tally.breaks += swap.index != expected ? 1 : 0;
                newest.insert_or_assign(swap.mint, Last{swap.at, swap.index});
            }
            return swap;
        });
}

}  // namespace sniperforge::dataset
