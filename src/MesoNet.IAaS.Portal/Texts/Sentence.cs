namespace MesoNet.IAaS.Portal.Texts;

/// <summary>A text that is made where nobody knows yet who will read it: in both languages.</summary>
/// <param name="French">In French, with no-break spaces where French typography wants them.</param>
/// <param name="English">In English.</param>
internal sealed record Sentence(string French, string English)
{
    /// <summary>The text in a reader's language.</summary>
    public string In(Language language) => language.Say(French, English);
}
