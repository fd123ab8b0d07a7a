using System.CommandLine;
using System.Globalization;

namespace MesoNet.IAaS.Cli.Options;

/// <summary>Options that take a number within bounds: whatever is given instead, the user reads which number it takes.</summary>
internal static class Numbers
{
    /// <summary>An option that takes what a check accepts.</summary>
    /// <param name="option">The option.</param>
    /// <param name="takes">What it takes, as the end of a sentence.</param>
    /// <param name="isGood">Whether it takes this number.</param>
    public static Option<T> Checked<T>(this Option<T> option, string takes, Func<double, bool> isGood)
    {
        option.Validators.Add(result =>
        {
            // By its text: what is no number has no value to ask for. Where a whole number is wanted, the text is one.
            var isWhole = typeof(T) == typeof(int) || typeof(T) == typeof(int?);
            if (result.Tokens is [var given] && !(Read(given.Value, isWhole) is { } number && isGood(number))) result.AddError($"{option.Name} takes {takes}.");
        });
        return option;
    }

    private static double? Read(string text, bool isWhole) =>
        isWhole ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
