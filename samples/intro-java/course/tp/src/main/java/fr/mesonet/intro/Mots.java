package fr.mesonet.intro;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Des mots et leur nombre. */
public final class Mots {
    private static final Pattern MOT = Pattern.compile("\\p{L}+");

    private Mots() {
    }

    /** Les mots d'un texte, en minuscules, dans leur ordre. */
    public static List<String> de(String texte) {
        return MOT.matcher(texte).results().map(trouve -> trouve.group().toLowerCase(Locale.FRENCH)).toList();
    }

    /** Combien de fois chaque mot d'un texte y est, les mots dans l'ordre de l'alphabet. */
    public static Map<String, Long> compter(String texte) {
        // À vous : Mots.de(texte), puis un flux, un Collector et une TreeMap.
        return Map.of();
    }
}
