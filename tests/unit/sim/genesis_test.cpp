// SPDX-License-Identifier: MIT
// The layouts that genesis and the programs write, held against accounts recorded on mainnet; and a
// recorded pool that is put on the chain as it was and swapped through.
#include "sniperforge/sim/genesis.hpp"

#include "sim/program_amm_v4.hpp"
#include "sim/program_cpmm_layout.hpp"
#include "sniperforge/core/base64.hpp"
#include "support/data.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {
namespace {

struct Recorded {
    explicit Recorded(const std::filesystem::path& path) : file{path} {
        const auto root = file.root();
        key = *Pubkey::parse(std::string_view{root["pubkey"]});
        account.owner = *Pubkey::parse(std::string_view{root["owner"]});
        account.data = *base64_decode(std::string_view{root["data_base64"]});
        account.lamports = Lamports{kLamportsPerSol};
        std::uint64_t recorded_lamports = 0;
        if (root["lamports"].get(recorded_lamports) == simdjson::SUCCESS) {
            account.lamports = Lamports{recorded_lamports};
        }
    }
    [[nodiscard]] std::string_view text(const char* field) const {
        return std::string_view{file.root()["expected"][field]};
    }
    [[nodiscard]] std::uint64_t number(const char* field) const {
        return std::stoull(std::string{text(field)});
    }
    [[nodiscard]] Pubkey pubkey(const char* field) const { return *Pubkey::parse(text(field)); }

    test::JsonFile file;
    Pubkey key;
    Account account;
};

TEST_F(ChainTest, CpmmPoolIsEncodedAsRecorded) {
    SF_REQUIRE_DATA(data);
    for (const char* name : {"pool_sol_usdc.json", "pool_Q2sP.json"}) {
        const Recorded pool{data / "fixtures" / "accounts" / "raydium_cpmm" / name};
        cpmm::NewPool fields{pool.pubkey("amm_config"),      pool.pubkey("pool_creator"),
                             pool.pubkey("token_0_vault"),   pool.pubkey("token_1_vault"),
                             pool.pubkey("lp_mint"),         pool.pubkey("token_0_mint"),
                             pool.pubkey("token_1_mint"),    pool.pubkey("token_0_program"),
                             pool.pubkey("token_1_program"), pool.pubkey("observation_key")};
        fields.lp_decimals = static_cast<std::uint8_t>(pool.number("lp_mint_decimals"));
        fields.decimals_0 = static_cast<std::uint8_t>(pool.number("mint_0_decimals"));
        fields.decimals_1 = static_cast<std::uint8_t>(pool.number("mint_1_decimals"));
        fields.lp_supply = pool.number("lp_supply");
        fields.open_time = pool.number("open_time");
        fields.epoch = pool.number("recent_epoch");
        Bytes encoded = cpmm::encode_pool(fields);
        write_le(encoded, cpmm::pool::kProtocolFees0, pool.number("protocol_fees_token_0"));
        write_le(encoded, cpmm::pool::kProtocolFees1, pool.number("protocol_fees_token_1"));
        write_le(encoded, cpmm::pool::kFundFees0, pool.number("fund_fees_token_0"));
        write_le(encoded, cpmm::pool::kFundFees1, pool.number("fund_fees_token_1"));
        EXPECT_EQ(encoded, pool.account.data) << name;
    }
}

TEST_F(ChainTest, CpmmConfigIsEncodedAsRecorded) {
    SF_REQUIRE_DATA(data);
    const Recorded config{data / "fixtures" / "accounts" / "raydium_cpmm" / "amm_config.json"};
    CpmmConfigOptions options{};
    options.create_pool_fee = config.number("create_pool_fee");
    options.creator_fee_rate = config.number("creator_fee_rate");
    options.protocol_owner = config.pubkey("protocol_owner");
    options.fund_owner = config.pubkey("fund_owner");
    EXPECT_EQ(create_cpmm_config(chain, options), config.key);
    EXPECT_EQ(chain.account(config.key)->data, config.account.data);
}

TEST_F(ChainTest, AmmV4FieldsStandWhereTheyWereRecorded) {
    SF_REQUIRE_DATA(data);
    using namespace amm_v4;
    const Recorded pool{data / "fixtures" / "accounts" / "raydium_amm_v4" /
                        "pool_58oQ_sol_usdc.json"};
    const BytesView bytes{pool.account.data};
    ASSERT_EQ(bytes.size(), amm_v4::kPoolBytes);
    for (const auto& [offset, field] : {std::pair{kStatus, "status"},
                                        {kNonce, "nonce"},
                                        {kOrderNumber, "order_num"},
                                        {kDepth, "depth"},
                                        {kCoinDecimals, "coin_decimals"},
                                        {kPcDecimals, "pc_decimals"},
                                        {kSystemDecimalValue, "sys_decimal_value"},
                                        {kTradeFeeNumerator, "trade_fee_numerator"},
                                        {kTradeFeeDenominator, "trade_fee_denominator"},
                                        {kPnlNumerator, "pnl_numerator"},
                                        {kPnlDenominator, "pnl_denominator"},
                                        {kSwapFeeNumerator, "swap_fee_numerator"},
                                        {kSwapFeeDenominator, "swap_fee_denominator"},
                                        {kNeedTakePnlCoin, "need_take_pnl_coin"},
                                        {kNeedTakePnlPc, "need_take_pnl_pc"},
                                        {kOpenTime, "pool_open_time"},
                                        {kSwapCoinIn, "swap_coin_in_amount"},
                                        {kSwapPcOut, "swap_pc_out_amount"},
                                        {kAccPcFee, "swap_acc_pc_fee"},
                                        {kSwapPcIn, "swap_pc_in_amount"},
                                        {kSwapCoinOut, "swap_coin_out_amount"},
                                        {kAccCoinFee, "swap_acc_coin_fee"},
                                        {kLpAmount, "lp_amount"},
                                        {kRecentEpoch, "recent_epoch"}}) {
        EXPECT_EQ(read_le<std::uint64_t>(bytes, offset), pool.number(field)) << field;
    }
    for (const auto& [offset, field] : {std::pair{kCoinVault, "coin_vault"},
                                        {kPcVault, "pc_vault"},
                                        {kCoinMint, "coin_vault_mint"},
                                        {kPcMint, "pc_vault_mint"},
                                        {kLpMint, "lp_mint"},
                                        {kOpenOrders, "open_orders"},
                                        {kMarket, "market"},
                                        {kMarketProgram, "market_program"},
                                        {kTargetOrders, "target_orders"},
                                        {kAmmOwner, "amm_owner"}}) {
        EXPECT_EQ(Pubkey::from(bytes.subspan(offset, 32)), pool.pubkey(field)) << field;
    }
}

// The worked example of the protocol notes: 1,000,000 lamports buy 82,002 micro-USDC.
TEST_F(ChainTest, RecordedCpmmPoolSwapsAsItWouldHave) {
    SF_REQUIRE_DATA(data);
    const auto folder = data / "fixtures" / "accounts" / "raydium_cpmm";
    for (const char* name : {"pool_sol_usdc.json", "amm_config.json", "vault_sol.json",
                             "vault_usdc.json", "observation_sol_usdc.json"}) {
        const Recorded recorded{folder / name};
        chain.put_account(recorded.key, recorded.account);
    }
    const Recorded pool{folder / "pool_sol_usdc.json"};
    create_mint(chain, solana::kUsdcMint, {.decimals = 6});
    const Pubkey user = wallet.public_key();
    const Pubkey source =
        create_token_account(chain, user, solana::kWrappedSolMint, TokenAmount{1'000'000});
    const Pubkey destination = create_token_account(chain, user, solana::kUsdcMint, TokenAmount{0});
    CpmmPoolAddresses addresses = cpmm_pool_addresses(chain, pool.pubkey("amm_config"),
                                                      solana::kWrappedSolMint, solana::kUsdcMint);
    EXPECT_EQ(addresses.vault_0, pool.pubkey("token_0_vault"));
    EXPECT_EQ(addresses.vault_1, pool.pubkey("token_1_vault"));
    EXPECT_EQ(addresses.lp_mint, pool.pubkey("lp_mint"));
    EXPECT_EQ(addresses.observation, pool.pubkey("observation_key"));
    EXPECT_EQ(addresses.pool, pool.key);
    const auto* receipt =
        land({cpmm_swap_in(addresses, true, 1'000'000, 82'002, {user, source, destination})});
    ASSERT_EQ(receipt->error_json, "null") << receipt->logs.back();
    EXPECT_EQ(tokens(destination), 82'002U);
    EXPECT_EQ(u64_of(pool.key, 341), pool.number("protocol_fees_token_0") + 300);
    EXPECT_EQ(u64_of(pool.key, 357), pool.number("fund_fees_token_0") + 100);
}

}  // namespace
}  // namespace sniperforge::sim
