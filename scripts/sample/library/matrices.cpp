#include "library/library.hpp"

namespace rill {

namespace {

class Matrix {
public:
    Matrix(std::size_t rows, std::size_t columns) : rows(rows), columns(columns), cells_(rows * columns) {}

    double& at(std::size_t row, std::size_t column) { return cells_[row * columns + column]; }
    double at(std::size_t row, std::size_t column) const { return cells_[row * columns + column]; }

    void swap_rows(std::size_t a, std::size_t b) {
        std::swap_ranges(&at(a, 0), &at(a, 0) + columns, &at(b, 0));
    }

    std::size_t rows;
    std::size_t columns;

private:
    std::vector<double> cells_;
};

Matrix matrix(const Wanted& wanted, std::size_t i) {
    const auto& rows = wanted.list(i);
    std::optional<Matrix> read;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Arguments one = {rows[row]};
        const std::vector<double> cells = Wanted("a matrix", one).reals(0);
        if (!read) {
            read.emplace(rows.size(), cells.size());
        }
        if (cells.size() != read->columns || cells.empty()) {
            wanted.fail("the rows of a matrix have the same length");
        }
        for (std::size_t column = 0; column < cells.size(); ++column) {
            read->at(row, column) = cells[column];
        }
    }
    if (!read) {
        wanted.fail("a matrix has rows");
    }
    return *read;
}

Value value_of(const Matrix& matrix) {
    std::vector<Value> rows;
    for (std::size_t row = 0; row < matrix.rows; ++row) {
        std::vector<Value> cells;
        for (std::size_t column = 0; column < matrix.columns; ++column) {
            cells.emplace_back(matrix.at(row, column));
        }
        rows.push_back(make_list(std::move(cells)));
    }
    return make_list(std::move(rows));
}

Value multiply(const Wanted& wanted) {
    const Matrix a = matrix(wanted, 0);
    const Matrix b = matrix(wanted, 1);
    if (a.columns != b.rows) {
        wanted.fail("the first has as many columns as the second has rows");
    }
    Matrix product(a.rows, b.columns);
    for (std::size_t row = 0; row < a.rows; ++row) {
        for (std::size_t column = 0; column < b.columns; ++column) {
            for (std::size_t i = 0; i < a.columns; ++i) {
                product.at(row, column) += a.at(row, i) * b.at(i, column);
            }
        }
    }
    return value_of(product);
}

// By Gauss's elimination, always from the largest cell of the column.
Value determinant(const Wanted& wanted) {
    Matrix m = matrix(wanted, 0);
    if (m.rows != m.columns) {
        wanted.fail("only a square matrix has one");
    }
    double product = 1;
    for (std::size_t i = 0; i < m.rows; ++i) {
        std::size_t largest = i;
        for (std::size_t row = i + 1; row < m.rows; ++row) {
            if (std::abs(m.at(row, i)) > std::abs(m.at(largest, i))) {
                largest = row;
            }
        }
        if (m.at(largest, i) == 0) {
            return 0.0;
        }
        if (largest != i) {
            m.swap_rows(largest, i);
            product = -product;
        }
        product *= m.at(i, i);
        for (std::size_t row = i + 1; row < m.rows; ++row) {
            const double factor = m.at(row, i) / m.at(i, i);
            for (std::size_t column = i; column < m.columns; ++column) {
                m.at(row, column) -= factor * m.at(i, column);
            }
        }
    }
    return product;
}

} // namespace

void add_matrices(Registry& registry) {
    registry.add("matrix_mul", 2, multiply);
    registry.add("determinant", 1, determinant);
    registry.add("transpose", 1, [](const Wanted& wanted) {
        const Matrix m = matrix(wanted, 0);
        Matrix turned(m.columns, m.rows);
        for (std::size_t row = 0; row < m.rows; ++row) {
            for (std::size_t column = 0; column < m.columns; ++column) {
                turned.at(column, row) = m.at(row, column);
            }
        }
        return value_of(turned);
    });
}

} // namespace rill
