// SPDX-License-Identifier: MIT
// `wallet`: files that hold a key, sealed or in solana-keygen's form. Nothing here prints a secret.
#include <fmt/format.h>

#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "app/boot.hpp"
#include "app/commands.hpp"
#include "app/passphrase.hpp"
#include "app/secret_file.hpp"
#include "app/wallet_file.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/signer/keystore.hpp"
#include "sniperforge/solana/keypair.hpp"

namespace sniperforge::app {
namespace {

using Seal = std::optional<solana::SecretBuffer>;  // A passphrase. None: the file is not sealed.

// What seals a file that is to be written: of `stored_in`, of the credential, or from the terminal.
// None where there is nobody to ask.
[[nodiscard]] Result<Seal> find_seal(const std::string& stored_in, const std::string& out) {
    auto stored = stored_passphrase(stored_in);
    if (!stored || *stored || !is_terminal()) {
        return stored;
    }
    auto typed = ask_new_passphrase("New passphrase of " + out);
    return typed ? Result<Seal>{std::move(*typed)} : Err{typed.error()};
}

[[nodiscard]] Result<void> write_key_file(const std::string& path, const solana::Keypair& keypair,
                                          const Seal& seal) {
    if (seal) {
        const auto sealed = signer::seal_keystore(keypair, seal->text());
        return sealed ? write_private_file(path, "the keystore", *sealed) : Err{sealed.error()};
    }
    const auto json = export_keygen_json(keypair);
    return json ? write_private_file(path, "the keypair file", json->text()) : Err{json.error()};
}

void print_address(const Pubkey& address, const std::string& file, bool is_json) {
    if (is_json) {
        fmt::print("{{\"address\":\"{}\"}}\n", address.to_string());
    } else if (file.empty()) {
        fmt::print("{}\n", address.to_string());
    } else {
        fmt::print("{} written to {}\n", address.to_string(), file);
    }
}

[[nodiscard]] int store(const solana::Keypair& keypair, const Seal& seal,
                        const WalletArguments& arguments) {
    if (!seal && !arguments.is_plain) {
        return fail_with(kExitUsage,
                         fmt::format("{} is not written: there is no terminal to ask for a "
                                     "passphrase and none was given; --passphrase-file seals it, "
                                     "--plain writes it so that whoever reads it can spend",
                                     arguments.out));
    }
    if (auto written = write_key_file(arguments.out, keypair, seal); !written) {
        return fail_with(kExitFailed, written.error().text);
    }
    print_address(keypair.public_key(), arguments.out, arguments.is_json);
    return kExitOk;
}

// A keystore's own passphrase seals the copy too, unless a new one is named, or the old one was
// typed and a new one can be, too.
[[nodiscard]] int import_sealed(const KeyFile& file, const WalletArguments& arguments) {
    auto opening = opening_passphrase(file, arguments.passphrase_file, "--passphrase-file");
    if (!opening) {
        return fail_with(kExitFailed, opening.error().text);
    }
    const auto keypair = open_key_file(file, opening->text.text());
    if (!keypair) {
        return fail_with(kExitFailed, keypair.error().text);
    }
    if (arguments.is_plain) {
        return store(*keypair, std::nullopt, arguments);
    }
    if (arguments.new_passphrase_file.empty() && !opening->is_typed) {
        return store(*keypair, std::move(opening->text), arguments);
    }
    const auto sealing = find_seal(arguments.new_passphrase_file, arguments.out);
    return sealing ? store(*keypair, *sealing, arguments)
                   : fail_with(kExitFailed, sealing.error().text);
}

void print_balances(const Pubkey& address, const portfolio::ChainBalances& balances, bool is_json) {
    std::string tokens;
    for (const auto& [mint, amount] : balances.tokens) {
        tokens += is_json ? fmt::format(R"({}{{"mint":"{}","amount":"{}"}})",
                                        tokens.empty() ? "" : ",", mint.to_string(), amount.raw())
                          : fmt::format("  {} base units of {}\n", amount.raw(), mint.to_string());
    }
    if (is_json) {
        fmt::print(R"({{"address":"{}","lamports":"{}","tokens":[{}]}})"
                   "\n",
                   address.to_string(), balances.wallet.raw(), tokens);
    } else {
        fmt::print("{}\n  {} SOL\n{}", address.to_string(), format_sol(balances.wallet), tokens);
    }
}

}  // namespace

int wallet_new_command(const WalletArguments& arguments) {
    if (arguments.is_plain && !arguments.passphrase_file.empty()) {
        return fail_with(kExitUsage,
                         "--plain seals nothing: leave out --passphrase-file, or --plain");
    }
    const auto sealing = arguments.is_plain ? Result<Seal>{std::nullopt}
                                            : find_seal(arguments.passphrase_file, arguments.out);
    if (!sealing) {
        return fail_with(kExitFailed, sealing.error().text);
    }
    const auto keypair = generate_key();
    return keypair ? store(*keypair, *sealing, arguments)
                   : fail_with(kExitFailed, keypair.error().text);
}

int wallet_import_command(const WalletArguments& arguments) {
    if (arguments.is_plain && !arguments.new_passphrase_file.empty()) {
        return fail_with(kExitUsage,
                         "--plain seals nothing: leave out --new-passphrase-file, or --plain");
    }
    const auto file = read_key_file(arguments.keypair);
    if (!file) {
        return fail_with(kExitFailed, file.error().text);
    }
    if (file->is_sealed) {
        return import_sealed(*file, arguments);
    }
    const bool is_sealing = !arguments.passphrase_file.empty();
    if (!arguments.new_passphrase_file.empty() || (arguments.is_plain && is_sealing)) {
        return fail_with(
            kExitUsage,
            fmt::format(
                "{} is not sealed and needs nothing to open it: --passphrase-file seals the "
                "copy, --plain leaves it as it is",
                file->path));
    }
    const auto keypair = open_key_file(*file, {});
    if (!keypair) {
        return fail_with(kExitFailed, keypair.error().text);
    }
    const auto sealing = arguments.is_plain ? Result<Seal>{std::nullopt}
                                            : find_seal(arguments.passphrase_file, arguments.out);
    return sealing ? store(*keypair, *sealing, arguments)
                   : fail_with(kExitFailed, sealing.error().text);
}

int wallet_address_command(const WalletArguments& arguments) {
    const auto address = address_in(arguments.keypair);
    if (!address) {
        return fail_with(kExitFailed, address.error().text);
    }
    print_address(*address, "", arguments.is_json);
    return kExitOk;
}

int wallet_balance_command(const WalletArguments& arguments) {
    const bool is_named = !arguments.address.empty();
    if (is_named != arguments.keypair.empty()) {
        return fail_with(kExitUsage, "give an address or --keypair FILE, one of the two");
    }
    const auto address =
        is_named ? Pubkey::parse(arguments.address) : address_in(arguments.keypair);
    if (!address) {
        return is_named ? fail_with(kExitUsage, "ADDRESS: " + address.error().text)
                        : fail_with(kExitFailed, address.error().text);
    }
    if (auto url = net::parse_url(arguments.url); !url) {
        return fail_with(kExitUsage, "--url: " + url.error().text);
    }
    const auto reactor = net::make_asio_reactor();
    rpc::Endpoint endpoint;
    endpoint.name = "url";
    endpoint.url = arguments.url;
    rpc::RpcClient rpc{*reactor, {endpoint}};
    std::optional<Result<portfolio::ChainBalances>> answer;
    read_balances(rpc, *address, {.commitment = Commitment::Confirmed},
                  [&](Result<portfolio::ChainBalances> balances) {
                      answer = std::move(balances);
                      reactor->stop();
                  });
    reactor->run();
    if (!answer || !*answer) {
        return fail_with(kExitNotReady, answer ? answer->error().text : "no answer");
    }
    print_balances(*address, **answer, arguments.is_json);
    return kExitOk;
}

}  // namespace sniperforge::app
