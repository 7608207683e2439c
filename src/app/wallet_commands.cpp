// SPDX-License-Identifier: MIT
// `wallet`: keypair files in solana-keygen's form. Nothing here prints a secret.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "app/boot.hpp"
#include "app/commands.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/solana/keypair.hpp"

namespace sniperforge::app {
namespace {

// A keygen file of 64 numbers is at most 64 * 4 + 2 characters, plus white space.
constexpr std::size_t kKeyFileBytesMax = 4'096;

void wipe(std::string& text) { ::explicit_bzero(text.data(), text.size()); }

[[nodiscard]] Result<solana::Keypair> read_keypair(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail(fmt::format("reading the keypair file {}: {}", path, std::strerror(errno)));
    }
    std::string text(kKeyFileBytesMax, '\0');
    const auto count = ::read(fd, text.data(), text.size());
    ::close(fd);
    if (count < 0) {
        return fail(fmt::format("reading the keypair file {}: {}", path, std::strerror(errno)));
    }
    auto keypair = solana::Keypair::from_json_array(
        std::string_view{text}.substr(0, static_cast<std::size_t>(count)));
    wipe(text);
    if (!keypair) {
        return fail(path, keypair.error());
    }
    return keypair;
}

[[nodiscard]] Result<void> write_keypair(const std::string& path, const solana::Keypair& keypair) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) {
        return fail(
            fmt::format("creating the keypair file {}: {}{}", path, std::strerror(errno),
                        errno == EEXIST ? "; it is never overwritten, choose another --out" : ""));
    }
    const auto json = solana::export_keygen_json(keypair);
    const std::string_view text = json ? json->text() : std::string_view{};
    const auto written = ::write(fd, text.data(), text.size());
    const bool is_complete = json && written == static_cast<ssize_t>(text.size()) &&
                             ::fsync(fd) == 0 && ::close(fd) == 0;
    if (!is_complete) {
        ::unlink(path.c_str());
        return fail(fmt::format("writing the keypair file {}: {}", path, std::strerror(errno)));
    }
    return {};
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

[[nodiscard]] int store(const Result<solana::Keypair>& keypair, const WalletArguments& arguments) {
    if (!keypair) {
        return fail_with(kExitFailed, keypair.error().text);
    }
    if (auto written = write_keypair(arguments.out, *keypair); !written) {
        return fail_with(kExitFailed, written.error().text);
    }
    print_address(keypair->public_key(), arguments.out, arguments.is_json);
    return kExitOk;
}

[[nodiscard]] Result<Pubkey> address_in(const std::string& keypair_file) {
    auto keypair = read_keypair(keypair_file);
    if (!keypair) {
        return Err{keypair.error()};
    }
    return keypair->public_key();
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
    return store(solana::Keypair::generate(), arguments);
}

int wallet_import_command(const WalletArguments& arguments) {
    return store(read_keypair(arguments.keypair), arguments);
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
