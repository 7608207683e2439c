// SPDX-License-Identifier: MIT
// SQLite with owners and errors: every error names the file, what was done and SQLite's words.
// Values are bound, never put into the text of a statement.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sniperforge::analytics {

class Database;

// A prepared statement. bind() and column() count from 0.
class Statement {
 public:
    Statement() = default;

    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, double value);
    Statement& bind(int index, std::string_view text);

    // Runs a statement that returns no rows, and makes it ready for the next time.
    [[nodiscard]] Result<void> run();
    // True: a row is there. False: no more; ready for the next time.
    [[nodiscard]] Result<bool> step();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string text(int column) const;

 private:
    friend class Database;
    struct Finalizer {
        void operator()(sqlite3_stmt* statement) const;
    };
    void note(int code);

    const Database* database_ = nullptr;
    std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
    int bind_code_ = 0;  // The first bind that failed; run() and step() report it.
};

class Database {
 public:
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::string& path);

    // How long a statement waits for another process.
    void set_patience(Duration patience);
    // Statements of ours, separated by semicolons, without parameters.
    [[nodiscard]] Result<void> execute(const char* sql);
    [[nodiscard]] Result<Statement> prepare(std::string_view sql) const;
    [[nodiscard]] Result<std::int64_t> query_integer(std::string_view sql) const;
    [[nodiscard]] Result<std::string> query_text(std::string_view sql) const;
    [[nodiscard]] std::unexpected<Error> failed(std::string_view action, int code) const;
    [[nodiscard]] const std::string& path() const { return path_; }

 private:
    struct Closer {
        void operator()(sqlite3* handle) const;
    };
    explicit Database(std::string path) : path_{std::move(path)} {}

    std::string path_;
    std::unique_ptr<sqlite3, Closer> handle_;
};

}  // namespace sniperforge::analytics
