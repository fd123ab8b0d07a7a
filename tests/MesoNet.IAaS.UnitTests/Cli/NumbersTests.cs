using System.CommandLine;
using MesoNet.IAaS.Cli.Options;

namespace MesoNet.IAaS.UnitTests.Cli;

/// <summary>Numbers on the command line.</summary>
public sealed class NumbersTests
{
    [Theory]
    [InlineData("3", true)]
    [InlineData("0", false)]
    [InlineData("-3", false)]
    [InlineData("0.1", false)]
    [InlineData("many", false)]
    [InlineData("99999999999", false)]
    public void A_whole_number_is_taken_and_anything_else_is_told(string given, bool isGood) =>
        AssertTold(new Option<int?>("--minutes").Checked("a whole number from one on", number => number >= 1), given, isGood, "--minutes takes a whole number from one on.");

    [Theory]
    [InlineData("0.5", true)]
    [InlineData("1e1", true)]
    [InlineData("400", false)]
    [InlineData("NaN", false)]
    [InlineData("x", false)]
    public void A_number_with_a_fraction_is_taken_where_it_may_be_one(string given, bool isGood) =>
        AssertTold(new Option<double>("--hours").Checked("a number above 0, at most 336", number => number is > 0 and <= 336), given, isGood, "--hours takes a number above 0, at most 336.");

    private static void AssertTold<T>(Option<T> option, string given, bool isGood, string sentence)
    {
        var parsed = new Command("test") { option }.Parse([option.Name, given]);
        if (isGood) Assert.Empty(parsed.Errors);
        else Assert.Contains(sentence, parsed.Errors.Select(error => error.Message));
    }
}
