// SPDX-License-Identifier: MIT
// `decode mint`: who may do what with a token, and everything that its extensions say.
#include <fmt/format.h>

#include "app/account_dump.hpp"
#include "app/commands.hpp"
#include "app/decode_command.hpp"
#include "app/mint_fields.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/dex/describe.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

// The program's own fields under their own names, then what they mean.
[[nodiscard]] Result<JsonFields> fields_of(const AccountDump& dump) {
    if (dump.is_owner_known && !solana::is_token_program(dump.owner)) {
        return fail(fmt::format("owned by {}, which is no token program", dump.owner.to_string()));
    }
    const auto mint = solana::decode_mint(dump.data);
    if (!mint) {
        return Err{mint.error()};
    }
    const auto extensions = solana::decode_mint_extensions(dump.data);
    if (!extensions) {
        return Err{extensions.error()};
    }
    // Both programs' mints have one layout.
    const auto described = dex::describe_account(solana::kToken2022Program, dump.pubkey, dump.data);
    if (!described) {
        return Err{described.error()};
    }
    JsonFields fields;
    for (const auto& [name, value] : described->fields) {
        fields.raw(name, dex::to_json(value));
    }
    if (dump.is_owner_known) {
        fields.text("program", dump.owner == solana::kTokenProgram ? "token" : "token_2022");
    } else {
        fields.null("program");
    }
    std::vector<std::string> flags;
    for (const std::string& flag : rug_flags(*mint, *extensions)) {
        flags.push_back(json_quoted(flag));
    }
    return fields
        .raw("authorities", JsonFields{}
                                .key("mint", mint->mint_authority)
                                .key("freeze", mint->freeze_authority)
                                .object())
        .raw("extension_fields", extension_fields(*extensions).object())
        .raw("rug_flags", json_array(flags));
}

}  // namespace

int decode_mint_command(const std::vector<std::string>& files, const std::string& config,
                        bool is_json) {
    config::Settings settings;
    if (!config.empty()) {
        auto loaded = config::load_file(config);
        if (!loaded) {
            return fail_with(kExitUsage, loaded.error().text());
        }
        settings = std::move(*loaded);
    }
    std::vector<DecodedFile> results;
    for (const std::string& path : files) {
        DecodedFile& result = results.emplace_back();
        result.file = path;
        result.kind = "mint";
        const auto dump = read_nameless_account_dump(path);
        if (!dump) {
            result.error = dump.error().text;
            continue;
        }
        if (dump->is_pubkey_known) {
            result.pubkey = dump->pubkey;
        }
        if (dump->is_owner_known) {
            result.owner = dump->owner;
        }
        auto fields = fields_of(*dump);
        if (!fields) {
            result.error = fields.error().text;
            continue;
        }
        result.fields = std::move(*fields);
        result.findings = mint_findings(settings, *dump);
    }
    return print_decoded(results, is_json);
}

}  // namespace sniperforge::app
