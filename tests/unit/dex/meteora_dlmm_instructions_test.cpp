// SPDX-License-Identifier: MIT
// The swaps that a DLMM pool builds, and the shapes of the program's instructions.
#include <gtest/gtest.h>

#include "sniperforge/core/hex.hpp"
#include "unit/dex/dlmm_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

struct Recorded {
    std::vector<solana::AccountMeta> accounts;
    Bytes data;
};

Recorded recorded_instruction(const std::filesystem::path& path) {
    const sniperforge::test::JsonFile file{path};
    Recorded recorded;
    for (const auto account : file.root()["accounts"].get_array()) {
        recorded.accounts.push_back({pubkey_constant(std::string_view{account["pubkey"]}),
                                     bool{account["is_signer"]}, bool{account["is_writable"]}});
    }
    recorded.data = *hex_decode(std::string_view{file.root()["data_hex"]});
    return recorded;
}

// The pool that a recorded swap's accounts name.
MeteoraDlmmPool pool_of(const std::vector<solana::AccountMeta>& accounts) {
    MeteoraDlmmPool pool;
    pool.id = accounts[0].pubkey;
    pool.vault_a = accounts[2].pubkey;
    pool.vault_b = accounts[3].pubkey;
    pool.mint_a = accounts[6].pubkey;
    pool.mint_b = accounts[7].pubkey;
    pool.oracle = accounts[8].pubkey;
    pool.program_a = accounts[11].pubkey;
    pool.program_b = accounts[12].pubkey;
    return pool;
}

SwapAccounts user_of(const std::vector<solana::AccountMeta>& accounts) {
    return {accounts[10].pubkey, accounts[4].pubkey, accounts[5].pubkey};
}

TEST(MeteoraDlmm, BuildsTheRecordedSwap) {
    SF_REQUIRE_DATA(data);
    const auto recorded =
        recorded_instruction(data / "fixtures/instructions/meteora_dlmm_swap2_ix.json");
    const auto swap = swap_exact_in(pool_of(recorded.accounts), kAToB, TokenAmount{217'206'901},
                                    TokenAmount{0}, user_of(recorded.accounts));
    EXPECT_EQ(swap.program_id, solana::kMeteoraDlmmProgram);
    EXPECT_EQ(hex_encode(swap.data), hex_encode(recorded.data));
    // Neither names a bin array: the recorded one, because its list of accounts ends before them.
    ASSERT_EQ(swap.accounts.size(), recorded.accounts.size());
    for (std::size_t i = 0; i < swap.accounts.size(); ++i) {
        EXPECT_EQ(swap.accounts[i].pubkey, recorded.accounts[i].pubkey) << i;
        EXPECT_EQ(swap.accounts[i].is_signer, recorded.accounts[i].is_signer) << i;
        // The recorded user is also the transaction's fee payer, hence writable.
        EXPECT_EQ(swap.accounts[i].is_writable, i != 10 && recorded.accounts[i].is_writable) << i;
    }
}

// Swaps called by other programs, with the bin arrays that they named in the order of the walk.
TEST(MeteoraDlmm, NamesTheBinArraysThatRecordedSwapsNamed) {
    SF_REQUIRE_DATA(data);
    const sniperforge::test::JsonFile file{data / "fixtures/instructions/swap2_cpi_fixtures.json"};
    const simdjson::dom::element route = file.root()["data"]["routes"]["route1"];
    int swaps = 0;
    int extensions = 0;
    for (const auto recorded : route["cpi_fixtures"].get_array()) {
        std::vector<solana::AccountMeta> accounts;
        for (const auto account : recorded["accounts"].get_array()) {
            accounts.push_back({pubkey_constant(std::string_view{account["pubkey"]}),
                                bool{account["signer"]}, bool{account["writable"]}});
        }
        auto pool = pool_of(accounts);
        pool.active_id = static_cast<std::int32_t>(std::int64_t{route["active_id"]});
        pool.array_bitmap.fill(kU64Max);
        dlmm::place_window(pool);
        // One of the callers named the bitmap extension.
        pool.has_extension = accounts[1].pubkey != solana::kMeteoraDlmmProgram;
        extensions += pool.has_extension ? 1 : 0;
        const TokenAmount amount_in{std::uint64_t{recorded["amount_in"]}};
        const TokenAmount amount_out_min{std::uint64_t{recorded["min_amount_out"]}};
        // Which direction it was follows from the account of the user that the mint belongs to,
        // which was not recorded: one of the two is it.
        int equal = 0;
        for (const auto direction : {kAToB, kBToA}) {
            const auto swap =
                swap_exact_in(pool, direction, amount_in, amount_out_min, user_of(accounts));
            EXPECT_EQ(hex_encode(swap.data), std::string_view{recorded["data_hex"]});
            // Nothing of the arrays is known here: the window's three are named.
            ASSERT_EQ(swap.accounts.size(), 19U);
            equal +=
                std::ranges::equal(accounts, std::span{swap.accounts}.first(accounts.size()), {},
                                   &solana::AccountMeta::pubkey, &solana::AccountMeta::pubkey)
                    ? 1
                    : 0;
        }
        EXPECT_GE(equal, 1) << swaps;
        ++swaps;
    }
    EXPECT_EQ(swaps, 3);
    EXPECT_EQ(extensions, 1);
}

TEST(MeteoraDlmm, DerivesTheAddressesOfTheRecordedAccounts) {
    SF_REQUIRE_DATA(data);
    int addresses = 0;
    const auto expect_array = [&](const char* name, const char* pool, std::int32_t index) {
        const sniperforge::test::JsonFile file{data / "fixtures/accounts/meteora_dlmm" / name};
        EXPECT_EQ(dlmm_bin_array_address(pubkey_constant(pool), index).to_string(),
                  std::string_view{file.root()["pubkey"]});
        ++addresses;
    };
    constexpr auto k9t3E = "9t3EyC9FweyL7PBWvKz3mrXg8B9fwFc9SK3QxM4ENqhd";
    constexpr auto kEtAd = "EtAdVRLFH22rjWh3mcUasKFF27WtHhsaCvK27tPFFWig";
    expect_array("9t3E_bin_array_1.json", k9t3E, -1);
    expect_array("9t3E_bin_array_2.json", k9t3E, 0);
    expect_array("EtAd_bin_array_1.json", kEtAd, 0);
    expect_array("EtAd_bin_array_2.json", kEtAd, -1);
    EXPECT_EQ(addresses, 4);
}

std::vector<std::int32_t> arrays_named(const DlmmSpec& spec, const solana::Instruction& swap) {
    std::vector<std::int32_t> indices;
    for (std::size_t i = 16; i < swap.accounts.size(); ++i) {
        EXPECT_TRUE(swap.accounts[i].is_writable);
        for (const std::int32_t index : spec.flagged()) {
            if (swap.accounts[i].pubkey == dlmm_array_address(index)) {
                indices.push_back(index);
            }
        }
    }
    return indices;
}

TEST(MeteoraDlmm, NamesTheArraysThatTheSwapWalksThroughAndOneMore) {
    const auto spec = dlmm_ladder();
    const auto pool = dlmm_of(spec);
    const SwapAccounts accounts{key_of(1), key_of(2), key_of(3)};
    const auto arrays = [&](Direction direction, std::uint64_t amount) {
        return arrays_named(spec,
                            swap_exact_in(pool, direction, TokenAmount{amount}, {}, accounts));
    };
    EXPECT_EQ(arrays(kAToB, 1'000), (Indices{0, -1}));
    EXPECT_EQ(arrays(kBToA, 1'000), (Indices{0, 1}));
    EXPECT_EQ(arrays(kAToB, 2'000'000'000), (Indices{0, -1, -2}));
    EXPECT_EQ(arrays(kBToA, 72'000'000'000), (Indices{0, 1}));
    EXPECT_EQ(arrays(kBToA, 75'000'000'000), (Indices{0, 1, 2}));
    // More than a quote allows: all there are.
    EXPECT_EQ(arrays(kBToA, kU64Max), (Indices{0, 1, 2}));
    EXPECT_EQ(arrays_named(spec, swap_exact_out(pool, kBToA, TokenAmount::max(),
                                                TokenAmount{71'000'000'000}, accounts)),
              (Indices{0, 1, 2}));
}

TEST(MeteoraDlmm, PutsTheAmountsInTheOrderOfEachInstruction) {
    const auto pool = dlmm_of(dlmm_ladder());
    const auto in = swap_exact_in(pool, kBToA, TokenAmount{5}, TokenAmount{7}, {});
    EXPECT_EQ(hex_encode(in.data),
              "414b3f4ceb5b5b88"
              "0500000000000000"
              "0700000000000000"
              "00000000");
    const auto out = swap_exact_out(pool, kBToA, TokenAmount{5}, TokenAmount{7}, {});
    EXPECT_EQ(hex_encode(out.data),
              "2bd7f784893cf351"
              "0500000000000000"
              "0700000000000000"
              "00000000");
}

TEST(MeteoraDlmm, NamesTheBitmapExtensionWhereItExists) {
    auto spec = dlmm_ladder();
    auto pool = dlmm_of(spec);
    const auto extension = [&] { return swap_exact_in(pool, kAToB, {}, {}, {}).accounts[1]; };
    EXPECT_EQ(extension().pubkey, dlmm_extension_address());
    EXPECT_TRUE(extension().is_writable);
    apply_or_die(pool, dlmm_update(dlmm_extension_address(), {}));
    EXPECT_EQ(extension().pubkey, solana::kMeteoraDlmmProgram);
    EXPECT_FALSE(extension().is_writable);
}

TEST(MeteoraDlmm, ItsShapesFitTheRecordedInstructions) {
    SF_REQUIRE_DATA(data);
    const auto shapes = meteora_dlmm_instructions();
    const auto expect_fit = [&](const char* name, std::size_t payer) {
        SCOPED_TRACE(name);
        const auto recorded = recorded_instruction(
            data / "fixtures/instructions" / (std::string{"meteora_dlmm_"} + name + "_ix.json"));
        const auto shape = std::ranges::find(shapes, name, &InstructionShape::name);
        ASSERT_NE(shape, shapes.end());
        EXPECT_TRUE(std::equal(shape->discriminator.begin(), shape->discriminator.end(),
                               recorded.data.begin()));
        EXPECT_GE(recorded.data.size(), shape->data_bytes_min);
        EXPECT_GE(recorded.accounts.size(), shape->accounts_min);
        EXPECT_LE(recorded.accounts.size(), shape->accounts_max);
        for (std::size_t i = 0; i < shape->accounts_min; ++i) {
            const bool is_written = (shape->writable >> i & 1U) != 0;
            // A host is optional: one of them was recorded.
            if (recorded.accounts[i].is_writable && i != payer && i != 9) {
                EXPECT_TRUE(is_written) << i;
            }
            EXPECT_LE(is_written, recorded.accounts[i].is_writable) << i;
            EXPECT_EQ(recorded.accounts[i].is_signer, (shape->signers >> i & 1U) != 0) << i;
        }
    };
    expect_fit("swap", 10);
    expect_fit("swap2", 10);
    expect_fit("swap_exact_out", 10);
    expect_fit("initialize_lb_pair2", 8);
    // Our own swaps are what the shapes marked as ours say.
    const auto pool = dlmm_of(dlmm_ladder());
    for (const auto& swap : {swap_exact_in(pool, kAToB, TokenAmount{1}, {}, {}),
                             swap_exact_out(pool, kAToB, {}, TokenAmount{1}, {})}) {
        const auto ours = std::ranges::find_if(shapes, [&](const InstructionShape& shape) {
            return std::equal(shape.discriminator.begin(), shape.discriminator.end(),
                              swap.data.begin());
        });
        ASSERT_NE(ours, shapes.end());
        EXPECT_TRUE(ours->is_ours);
        EXPECT_EQ(swap.data.size(), ours->data_bytes_min);
        for (std::size_t i = 0; i < ours->accounts_min; ++i) {
            const bool is_extension = i == 1;
            EXPECT_EQ(swap.accounts[i].is_writable, (ours->writable >> i & 1U) != 0 || is_extension)
                << i;
            EXPECT_EQ(swap.accounts[i].is_signer, (ours->signers >> i & 1U) != 0) << i;
        }
    }
    EXPECT_EQ(std::ranges::count(shapes, true, &InstructionShape::is_ours), 2);
    EXPECT_EQ(std::ranges::count_if(shapes, [](const auto& s) { return s.creation.has_value(); }),
              5);
    for (const InstructionShape& shape : shapes) {
        EXPECT_LE(shape.accounts_min, 32) << shape.name;  // Bits of `writable`.
        EXPECT_EQ(std::ranges::count(shapes, shape.discriminator, &InstructionShape::discriminator),
                  1)
            << shape.name;
    }
}

// The recorded creation names the pool and its mints where its shape says.
TEST(MeteoraDlmm, RecognisesTheBirthOfAPool) {
    SF_REQUIRE_DATA(data);
    const auto recorded = recorded_instruction(
        data / "fixtures/instructions/meteora_dlmm_initialize_lb_pair2_ix.json");
    const auto shape = std::ranges::find(meteora_dlmm_instructions(), "initialize_lb_pair2",
                                         &InstructionShape::name);
    ASSERT_TRUE(shape->creation);
    const auto key = [&](std::uint8_t i) { return recorded.accounts[i].pubkey.to_string(); };
    EXPECT_EQ(key(shape->creation->pool), "AythiR24hnGBjPq6FK6ADiVGqXHTbBpydkBPfNC1ndgg");
    EXPECT_EQ(key(shape->creation->mint_a), "B7zNKphr8fjczB71oi9uF9pCd5XSNJvBn78TVF7kpump");
    EXPECT_EQ(key(shape->creation->mint_b), solana::kWrappedSolMint.to_string());
}

}  // namespace
}  // namespace sniperforge::dex
