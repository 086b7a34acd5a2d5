#include "syntax/printer.hpp"

namespace rill {

namespace {

class Printer {
public:
    std::string run(const Expression& expression) {
        write(expression);
        return out_.str();
    }

    std::string run_outermost(const Block& block) {
        for (const auto& expression : block.body) {
            write(*expression);
            out_ << ";\n";
        }
        return out_.str();
    }

private:
    void write(const Expression& expression) {
        std::visit([this](const auto& node) { show_node(node); }, expression.node);
    }

    void write_list(const Expressions& expressions) {
        const char* between = "";
        for (const auto& expression : expressions) {
            out_ << std::exchange(between, ", ");
            write(*expression);
        }
    }

    void new_line() { out_ << '\n' << std::string(2 * depth_, ' '); }

    void show_node(const Literal& node) {
        const auto* text = node.value.as<Text>();
        out_ << (text ? quote(**text) : show(node.value));
    }
    void show_node(const Name& node) { out_ << node.name; }
    void show_node(const ListLiteral& node) {
        out_ << '[';
        write_list(node.items);
        out_ << ']';
    }
    void show_node(const MapLiteral& node) {
        const char* between = "";
        out_ << "#{";
        for (const auto& [key, value] : node.entries) {
            out_ << std::exchange(between, ", ") << quote(key) << ": ";
            write(*value);
        }
        out_ << '}';
    }
    void show_node(const Unary& node) {
        out_ << (node.op == UnaryOp::Not ? "(not " : "(-");
        write(*node.operand);
        out_ << ')';
    }
    void show_node(const Binary& node) { infix(*node.left, spelling(node.op), *node.right); }
    void show_node(const Logical& node) { infix(*node.left, node.is_and ? "and" : "or", *node.right); }

    void infix(const Expression& left, std::string_view op, const Expression& right) {
        out_ << '(';
        write(left);
        out_ << ' ' << op << ' ';
        write(right);
        out_ << ')';
    }

    void show_node(const Call& node) {
        out_ << '(';
        write(*node.function);
        out_ << ")(";
        write_list(node.arguments);
        out_ << ')';
    }
    void show_node(const Index& node) {
        out_ << '(';
        write(*node.container);
        out_ << ")[";
        write(*node.key);
        out_ << ']';
    }
    void show_node(const If& node) {
        out_ << "if ";
        write(*node.condition);
        out_ << ' ';
        braced(*node.then);
        if (node.otherwise) {
            out_ << " else ";
            braced(*node.otherwise);
        }
    }
    // A block as it is, anything else in braces.
    void braced(const Expression& expression) {
        if (expression.as<Block>()) {
            write(expression);
            return;
        }
        out_ << "{ ";
        write(expression);
        out_ << " }";
    }
    void show_node(const Block& node) {
        out_ << '{';
        ++depth_;
        for (const auto& expression : node.body) {
            new_line();
            write(*expression);
            out_ << ';';
        }
        --depth_;
        new_line();
        out_ << '}';
    }
    void show_node(const Let& node) {
        out_ << "let " << node.name << " = ";
        write(*node.value);
    }
    void show_node(const Assign& node) {
        out_ << node.name << " = ";
        write(*node.value);
    }
    void show_node(const AssignIndex& node) {
        show_index(*node.container, *node.key);
        out_ << " = ";
        write(*node.value);
    }
    void show_index(const Expression& container, const Expression& key) {
        out_ << '(';
        write(container);
        out_ << ")[";
        write(key);
        out_ << ']';
    }
    void show_node(const While& node) {
        out_ << "while ";
        write(*node.condition);
        out_ << ' ';
        braced(*node.body);
    }
    void show_node(const For& node) {
        out_ << "for " << node.name << " in ";
        write(*node.items);
        out_ << ' ';
        braced(*node.body);
    }
    void show_node(const Return& node) {
        out_ << "return";
        if (node.value) {
            out_ << ' ';
            write(*node.value);
        }
    }
    void show_node(const Lambda& node) {
        out_ << "(|";
        parameters(*node.routine);
        out_ << "| ";
        write(*node.routine->body);
        out_ << ')';
    }
    void show_node(const Define& node) {
        out_ << "fn " << node.routine->name << '(';
        parameters(*node.routine);
        out_ << ") ";
        braced(*node.routine->body);
    }
    void parameters(const Routine& routine) {
        const char* between = "";
        for (const auto& name : routine.parameters) {
            out_ << std::exchange(between, ", ") << name;
        }
    }

    std::ostringstream out_;
    std::size_t depth_ = 0;
};

} // namespace

std::string print(const Program& program) { return Printer().run_outermost(*program.main->body->as<Block>()); }

std::string print(const Expression& expression) { return Printer().run(expression); }

} // namespace rill
