// SPDX-License-Identifier: MIT
// A DLMM pool from its accounts: which it reads, and which it refuses.
#include <gtest/gtest.h>

#include "unit/dex/dlmm_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

std::vector<std::int32_t> window(const MeteoraDlmmPool& pool) {
    std::vector<std::int32_t> indices;
    for (std::size_t i = 0; i < pool.array_count; ++i) {
        indices.push_back(pool.arrays[i].index);
    }
    return indices;
}

using Indices = std::vector<std::int32_t>;

// One bin in each of these arrays.
DlmmSpec spec_with(const Indices& indices, std::int32_t active_id = 0) {
    DlmmSpec spec;
    spec.bin_step = 1;
    spec.bin_min = kDlmmBinMin;
    spec.bin_max = kDlmmBinMax;
    spec.active_id = active_id;
    for (const std::int32_t index : indices) {
        const std::int32_t id = index * kDlmmBinsPerArray + 35;
        spec.bins[id] = {.amount_x = id >= active_id ? 10U : 0U,
                         .amount_y = id <= active_id ? 10U : 0U};
    }
    return spec;
}

TEST(MeteoraDlmm, LooksAtTheThreeNearestFlaggedArraysEachWay) {
    const Indices flagged{-9, -7, -4, -1, 0, 2, 3, 8, 9};
    const auto window_at = [&](std::int32_t active_id) {
        return window(decoded_dlmm(spec_with(flagged, active_id)));
    };
    EXPECT_EQ(window_at(0), (Indices{-4, -1, 0, 2, 3}));
    EXPECT_EQ(window_at(69), (Indices{-4, -1, 0, 2, 3}));
    EXPECT_EQ(window_at(70), (Indices{-4, -1, 0, 2, 3, 8}));  // Its own is not flagged.
    EXPECT_EQ(window_at(-1), (Indices{-7, -4, -1, 0, 2}));
    EXPECT_EQ(window_at(-70), (Indices{-7, -4, -1, 0, 2}));
    EXPECT_EQ(window_at(-71), (Indices{-9, -7, -4, -1, 0, 2}));
    EXPECT_EQ(window_at(9 * 70), (Indices{3, 8, 9}));
    EXPECT_EQ(window_at(10 * 70), (Indices{3, 8, 9}));
    EXPECT_EQ(window(decoded_dlmm(spec_with({}))), Indices{});
}

TEST(MeteoraDlmm, FollowsTheBitmapsAcrossTheEdgesOfThePoolsOwn) {
    const Indices flagged{-6'338, -6'337, -1'025, -1'024, -513,  -512, 0,
                          511,    512,    1'023,  1'024,  6'336, 6'337};
    const auto spec_at = [&](std::int32_t index) { return spec_with(flagged, index * 70); };
    const auto seen_at = [&](std::int32_t index) { return window(dlmm_of(spec_at(index))); };
    EXPECT_EQ(seen_at(0), (Indices{-513, -512, 0, 511, 512}));
    EXPECT_EQ(seen_at(511), (Indices{-512, 0, 511, 512, 1'023}));
    EXPECT_EQ(seen_at(512), (Indices{0, 511, 512, 1'023, 1'024}));
    EXPECT_EQ(seen_at(-512), (Indices{-1'024, -513, -512, 0, 511}));
    EXPECT_EQ(seen_at(-513), (Indices{-1'025, -1'024, -513, -512, 0}));
    EXPECT_EQ(seen_at(-1'025), (Indices{-6'338, -6'337, -1'025, -1'024, -513}));
    EXPECT_EQ(seen_at(2'000), (Indices{512, 1'023, 1'024, 6'336, 6'337}));
    EXPECT_EQ(seen_at(6'337), (Indices{1'024, 6'336, 6'337}));
    EXPECT_EQ(seen_at(-6'337), (Indices{-6'338, -6'337, -1'025, -1'024}));
    // Until the extension was seen, what lies behind it is unknown, and the pool says so.
    auto pool = decoded_dlmm(spec_at(511));
    EXPECT_EQ(window(pool), (Indices{-512, 0, 511}));
    EXPECT_TRUE(pool.up.is_blind);
    EXPECT_EQ(accounts_needed(pool).at(3), dlmm_extension_address());
    pool = decoded_dlmm(spec_at(512));
    EXPECT_EQ(window(pool), Indices{});
    EXPECT_FALSE(is_complete(pool));
    // There is none: nothing is flagged out there.
    apply_or_die(pool, dlmm_update(dlmm_extension_address(), {}));
    EXPECT_EQ(window(pool), (Indices{-512, 0, 511}));
    EXPECT_FALSE(pool.up.is_blind);
    // It appears, and is forgotten again.
    const Bytes extension = dlmm_extension_bytes(spec_at(512));
    apply_or_die(pool, dlmm_update(dlmm_extension_address(), extension));
    EXPECT_EQ(window(pool), (Indices{0, 511, 512, 1'023, 1'024}));
    forget_account(pool, dlmm_extension_address());
    EXPECT_EQ(window(pool), Indices{});
}

TEST(MeteoraDlmm, KeepsWhatItHasSeenWhenThePriceMoves) {
    auto spec = spec_with({-3, -2, -1, 0, 1, 2, 3});
    const auto before = dlmm_of(spec);
    ASSERT_EQ(window(before), (Indices{-2, -1, 0, 1, 2}));
    ASSERT_EQ(before.bins.size(), 5U);
    spec.active_id = 80;
    auto after = decoded_dlmm(spec);
    carry_over(before, after);
    EXPECT_EQ(window(after), (Indices{-1, 0, 1, 2, 3}));
    EXPECT_TRUE(is_complete(after));
    EXPECT_EQ(after.bins.size(), 4U);  // Array -2 was left behind, 3 is not seen yet.
    EXPECT_EQ(after.decimals_a, 6);
    EXPECT_TRUE(after.up.is_blind);
    EXPECT_FALSE(after.down.is_blind);
    apply_dlmm_array(after, spec, 3);
    EXPECT_FALSE(after.up.is_blind);
    EXPECT_EQ(after.bins.size(), 5U);
    EXPECT_TRUE(std::ranges::is_sorted(after.bins, {}, &DlmmBin::id));
    // What is told of an array that nobody asked for concerns no one.
    const Bytes far = dlmm_array_bytes(spec, -3);
    EXPECT_FALSE(apply_account(after, dlmm_update(dlmm_array_address(-3), far)).value_or(true));
}

TEST(MeteoraDlmm, ReplacesTheBinsOfAnArrayWithWhatItHoldsNow) {
    DlmmSpec spec;
    spec.bins = {{-70, {.amount_y = 1}},
                 {-1, {.amount_y = 2}},
                 {0, {.amount_x = 3, .amount_y = 4}},
                 {69, {.amount_x = 5}},
                 {70, {.amount_x = 6}}};
    auto pool = dlmm_of(spec);
    const auto ids = [&] {
        Indices found;
        for (const DlmmBin& bin : pool.bins) {
            found.push_back(bin.id);
        }
        return found;
    };
    EXPECT_EQ(ids(), (Indices{-70, -1, 0, 69, 70}));
    EXPECT_TRUE(pool.bins[3].price == dlmm::price_of_bin(69, 10));  // Not stored: worked out.
    spec.bins.erase(69);
    spec.bins[33] = {.amount_x = 7, .price = 12'345};
    spec.bins[34] = {.amount_x = 8};
    apply_dlmm_array(pool, spec, 0);
    EXPECT_EQ(ids(), (Indices{-70, -1, 0, 33, 34, 70}));
    EXPECT_TRUE(pool.bins[3].price == 12'345);  // The program goes by the price that it stored.
    EXPECT_EQ(reserve_a(pool), TokenAmount{3 + 7 + 8 + 6});
    EXPECT_EQ(reserve_b(pool), TokenAmount{1 + 2 + 4});
    spec.bins = {{5, {.amount_x = 9}}};
    apply_dlmm_array(pool, spec, 0);
    EXPECT_EQ(ids(), (Indices{-70, -1, 5, 70}));
    EXPECT_EQ(reserve_a(pool), TokenAmount{9 + 6});
}

TEST(MeteoraDlmm, RefusesAccountsThatAreNotItsOwnAndStaysAsItWas) {
    auto spec = dlmm_ladder();
    spec.program_flag_a = 1;
    auto pool = dlmm_of(spec);
    const auto before = pool;
    const auto array = dlmm_array_address(1);
    const auto extension = dlmm_extension_address();
    const auto error_text = [&](const AccountUpdate& update) {
        const auto applied = apply_account(pool, update);
        EXPECT_EQ(pool.bins, before.bins);
        EXPECT_EQ(pool.arrays_beyond, before.arrays_beyond);
        EXPECT_EQ(pool.has_extension, before.has_extension);
        EXPECT_EQ(pool.decimals_a, before.decimals_a);
        return applied ? std::string{} : applied.error().text;
    };
    const auto expect_error = [&](const AccountUpdate& update, std::string_view part) {
        const auto text = error_text(update);
        EXPECT_NE(text.find(part), std::string::npos) << text;
    };
    const auto changed = [](Bytes data, auto&& change) {
        change(data);
        return data;
    };
    const Bytes good = dlmm_array_bytes(spec, 1);
    const Bytes flags = dlmm_extension_bytes(spec);
    const Bytes of_other = changed(good, [](Bytes& d) { put_dlmm_key(d, 24, key_of(9)); });
    const Bytes other_index = dlmm_array_bytes(spec, 2);
    const Bytes far_index =
        changed(good, [](Bytes& d) { write_le(std::span{d}, 8, (std::int64_t{1} << 32) + 1); });
    const Bytes other_kind = changed(good, [](Bytes& d) { d[0] ^= 1; });
    const Bytes shorter = changed(good, [](Bytes& d) { d.pop_back(); });
    const Bytes flags_of_other = changed(flags, [](Bytes& d) { put_dlmm_key(d, 8, key_of(9)); });
    const Bytes flags_shorter = changed(flags, [](Bytes& d) { d.pop_back(); });
    expect_error(dlmm_update(array, of_other), "of pool");
    expect_error(dlmm_update(array, other_index), "index 2, expected 1");
    expect_error(dlmm_update(array, far_index), "index 4294967297, expected 1");
    expect_error(dlmm_update(array, other_kind), "discriminator");
    expect_error(dlmm_update(array, shorter), "10135 bytes, expected 10136");
    expect_error({Slot{1}, array, key_of(8), Lamports{1}, good}, "owned by");
    expect_error(dlmm_update(extension, flags_of_other), "of pool");
    expect_error(dlmm_update(extension, flags_shorter), "1575 bytes, expected 1576");
    expect_error(dlmm_update(extension, good), "discriminator");
    // A mint of another program than the pool says, or none.
    const Bytes mint = dlmm_mint_bytes(6);
    expect_error({Slot{1}, spec.mint_a, solana::kTokenProgram, Lamports{1}, mint}, "owned by");
    expect_error({Slot{1}, spec.mint_a, solana::kToken2022Program, Lamports{1}, {}}, "mint");
    EXPECT_EQ(error_text({Slot{1}, spec.mint_a, solana::kToken2022Program, Lamports{1}, mint}), "");
    // Trailing bytes are nothing to it.
    const Bytes longer = changed(good, [](Bytes& d) { d.resize(d.size() + 9, 7); });
    EXPECT_EQ(error_text(dlmm_update(array, longer)), "");
    // Nobody asked for these.
    EXPECT_FALSE(apply_account(pool, dlmm_update(key_of(77), good)).value_or(true));
    EXPECT_FALSE(apply_account(pool, dlmm_update(pool.vault_a, {})).value_or(true));
    EXPECT_FALSE(apply_account(pool, dlmm_update(pool.oracle, {})).value_or(true));
}

TEST(MeteoraDlmm, RefusesPoolsThatTheProgramNeverWrites) {
    const Bytes good = dlmm_pool_bytes(dlmm_ladder());
    EXPECT_TRUE(is_meteora_dlmm_pool(good));
    EXPECT_FALSE(is_meteora_dlmm_pool(BytesView{good}.first(903)));
    Bytes longer = good;
    longer.resize(1'000, 1);
    EXPECT_TRUE(decode_meteora_dlmm_pool(key_of(1), longer));
    const auto error_text = [&](auto&& change) {
        Bytes data = good;
        change(data);
        const auto pool = decode_meteora_dlmm_pool(key_of(1), data);
        return pool ? std::string{} : pool.error().text;
    };
    const auto put = [](std::size_t offset, auto value) {
        return [=](Bytes& data) { write_le(std::span{data}, offset, value); };
    };
    EXPECT_NE(error_text([](Bytes& d) { d.pop_back(); }).find("903 bytes, expected 904"),
              std::string::npos);
    EXPECT_NE(error_text([](Bytes& d) { d[7] ^= 1; }).find("discriminator"), std::string::npos);
    EXPECT_NE(error_text(put(80, std::uint16_t{0})).find("bin step 0"), std::string::npos);
    EXPECT_EQ(error_text(put(80, std::uint16_t{1})), "");
    EXPECT_EQ(error_text(put(76, kDlmmBinMin)), "");
    EXPECT_NE(error_text(put(76, kDlmmBinMin - 1)).find("active bin -443637"), std::string::npos);
    EXPECT_EQ(error_text(put(76, kDlmmBinMax)), "");
    EXPECT_NE(error_text(put(76, kDlmmBinMax + 1)).find("active bin 443637"), std::string::npos);
    for (const std::size_t flag : {880U, 881U}) {
        EXPECT_EQ(error_text(put(flag, std::uint8_t{1})), "");
        EXPECT_NE(error_text(put(flag, std::uint8_t{2})).find("token program flags"),
                  std::string::npos);
    }
}

TEST(MeteoraDlmm, KnowsTheTokenProgramsFromThePairAndTheDecimalsFromTheMints) {
    auto spec = dlmm_ladder();
    spec.program_flag_a = 1;
    auto pool = decoded_dlmm(spec);
    EXPECT_EQ(pool.program_a, solana::kToken2022Program);
    EXPECT_EQ(pool.program_b, solana::kTokenProgram);
    EXPECT_EQ(pool.decimals_b, 9);  // wSOL's are known.
    EXPECT_FALSE(pool.has_mint_a);
    const Bytes mint = dlmm_mint_bytes(3);
    apply_or_die(pool, {Slot{1}, spec.mint_a, solana::kToken2022Program, Lamports{1}, mint});
    EXPECT_EQ(pool.decimals_a, 3);
    EXPECT_TRUE(pool.has_mint_a);
}

// The array at each end of the program's range is only partly inside it.
TEST(MeteoraDlmm, LeavesOutBinsThatTheProgramNeverWalksOver) {
    DlmmSpec spec = spec_with({});
    spec.active_id = kDlmmBinMax;
    spec.bins = {{kDlmmBinMax, {.amount_x = 1, .amount_y = 2}},
                 {kDlmmBinMax + 1, {.amount_x = 100}}};
    auto pool = dlmm_of(spec);
    EXPECT_EQ(reserve_a(pool), TokenAmount{1});
    EXPECT_EQ(reserve_b(pool), TokenAmount{2});
    spec.active_id = kDlmmBinMin;
    spec.bins = {{kDlmmBinMin, {.amount_x = 1, .amount_y = 2}},
                 {kDlmmBinMin - 1, {.amount_y = 100}}};
    pool = dlmm_of(spec);
    EXPECT_EQ(reserve_a(pool), TokenAmount{1});
    EXPECT_EQ(reserve_b(pool), TokenAmount{2});
}

TEST(MeteoraDlmm, ReadsOrRefusesAnyBytesOfAnyLength) {
    Rng rng{2};
    const auto known = dlmm_of(dlmm_ladder());
    constexpr std::array kKinds{kDlmmPoolDiscriminator, kDlmmBinArrayDiscriminator,
                                kDlmmBitmapExtensionDiscriminator};
    const Pubkey accounts[] = {known.arrays[2].address, known.extension, known.mint_a};
    Bytes data(kDlmmBinArrayBytes + 8);
    std::vector<std::size_t> lengths;
    for (std::size_t length = 0; length < data.size(); length += length < 100 ? 1 : 41) {
        lengths.push_back(length);
    }
    for (const std::size_t whole :
         {kDlmmPoolBytes, kDlmmBitmapExtensionBytes, kDlmmBinArrayBytes}) {
        lengths.insert(lengths.end(), {whole - 1, whole, whole + 1});
    }
    int decoded = 0;
    for (const std::size_t length : lengths) {
        rng.fill(data);
        for (const auto& kind : kKinds) {
            std::ranges::copy(kind, data.begin());
            // Now and then what has to fit does: the pool, the index, the active bin, the flags.
            if (rng.below(2) == 0) {
                const bool is_array = kind == kDlmmBinArrayDiscriminator;
                put_dlmm_key(data, is_array ? 24 : 8, dlmm_id());
                if (is_array) {
                    write_le(std::span{data}, 8, std::int64_t{0});
                }
            }
            if (kind == kDlmmPoolDiscriminator) {
                write_le(std::span{data}, 76,
                         static_cast<std::int32_t>(rng.below(900'000)) - 450'000);
                data[880] &= 1;
                data[881] &= 1;
            }
            const auto view = BytesView{data}.first(length);
            if (auto pool = decode_meteora_dlmm_pool(key_of(1), view)) {
                ++decoded;
                carry_over(known, *pool);
                (void)accounts_needed(*pool);
                (void)quote_exact_out(*pool, Direction::BToA, TokenAmount{rng.next()}, kNow);
            }
            for (const Pubkey& account : accounts) {
                auto pool = known;
                (void)apply_account(
                    pool, {Slot{1}, account, solana::kMeteoraDlmmProgram, Lamports{1}, view});
                (void)quote_exact_in(pool, Direction::AToB, TokenAmount{1'000}, kNow);
                (void)quote_exact_out(pool, Direction::BToA, TokenAmount::max(), kNow);
                (void)swap_exact_in(pool, Direction::AToB, TokenAmount{1'000}, {}, {});
            }
        }
    }
    EXPECT_GT(decoded, 100);
}

}  // namespace
}  // namespace sniperforge::dex
